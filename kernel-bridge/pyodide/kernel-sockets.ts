import { setTimeout as sleep } from 'node:timers/promises';
import { Reply, Router, XPublisher } from 'zeromq';
import type { HostedMessage } from '../hosted/hosted-message.ts';
import { type ConnectionInfo, endpointOf } from '../protocol/connection-info.ts';
import { MessageSigner } from '../protocol/message-signer.ts';
import { messageOf, partsOf } from './hosted-frames.ts';

type AskingChannel = 'shell' | 'control' | 'stdin';
type Parts = (Uint8Array | string)[];

/** Messages that may wait in ZeroMQ for one subscriber that reads too slowly. */
const HIGH_WATER_MARK = 256;
/** ZeroMQ does not tell when an XPUB socket takes messages again: it is asked, less and less often. In milliseconds. */
const [FIRST_RETRY, LONGEST_RETRY] = [1, 20];
/** What is said while nobody has subscribed, at the start or between two holders, waits so long; in milliseconds. */
const SUBSCRIBER_PATIENCE = 10_000;
/** What the sockets still have to send when they are closed. */
const LINGER = 1_000;

export interface AskedMessage {
  readonly identities: readonly Buffer[];
  readonly message: HostedMessage;
}

/** A kernel's end of its five sockets. */
export class KernelSockets {
  readonly #info: ConnectionInfo;
  readonly #signer: MessageSigner;
  readonly #asking: Readonly<Record<AskingChannel, Router>>;
  readonly #iopub: XPublisher;
  readonly #heartbeat: Reply;
  readonly #onSubscribed: () => void;
  #subscribers = 0;
  #waitsForSubscriber = true;
  #wakePublisher: (() => void) | null = null;

  /** @param onSubscribed there is one more who hears iopub (JEP 65) */
  constructor(info: ConnectionInfo, onSubscribed: () => void) {
    this.#info = info;
    this.#onSubscribed = onSubscribed;
    this.#signer = new MessageSigner(info.signature_scheme, info.key);
    const options = {
      linger: LINGER,
      ...(info.curve_secretkey !== undefined && { curveServer: true, curveSecretKey: info.curve_secretkey }),
    };
    const router = (): Router => new Router({ ...options, handover: true, sendHighWaterMark: 0 });
    this.#asking = { shell: router(), control: router(), stdin: router() };
    this.#iopub = new XPublisher({
      ...options,
      noDrop: true,
      sendHighWaterMark: HIGH_WATER_MARK,
      verbosity: 'allSubsUnsubs',
    });
    this.#heartbeat = new Reply(options);
  }

  /** @throws ZeroMQ's error, where an address is taken */
  async bind(): Promise<void> {
    await this.#heartbeat.bind(endpointOf(this.#info, 'hb'));
    await this.#iopub.bind(endpointOf(this.#info, 'iopub'));
    for (const channel of ['stdin', 'control', 'shell'] as const)
      await this.#asking[channel].bind(endpointOf(this.#info, channel));
    void this.#echo();
    void this.#countSubscribers();
  }

  /** What comes on a channel, no faster than it is taken; what is no message, or has a wrong signature, is passed over. */
  async *asked(channel: AskingChannel): AsyncGenerator<AskedMessage> {
    const socket = this.#asking[channel];
    for await (const parts of socket) {
      const asked = messageOf(channel, parts, this.#signer);
      if (asked === null)
        process.stderr.write(`A message on ${channel} is none, or has a wrong signature.\n`);
      else yield asked;
    }
  }

  async answer(channel: AskingChannel, identities: readonly Buffer[], message: HostedMessage): Promise<void> {
    await this.#asking[channel].send([...identities, ...partsOf(message, this.#signer)]);
  }

  /** Resolves when ZeroMQ has it: as long as a subscriber is behind, that waits, and nothing is dropped. */
  async publish(message: HostedMessage): Promise<void> {
    const parts = ['kernel', ...partsOf(message, this.#signer)];
    if (this.#subscribers === 0 && this.#waitsForSubscriber) await this.#subscriber();
    for (let delay = FIRST_RETRY; !(await this.#isTaken(parts)); delay = Math.min(delay * 2, LONGEST_RETRY))
      await sleep(delay);
  }

  close(): void {
    for (const socket of [...Object.values(this.#asking), this.#iopub, this.#heartbeat]) socket.close();
  }

  async #isTaken(parts: Parts): Promise<boolean> {
    try {
      await this.#iopub.send(parts);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
      throw error;
    }
  }

  /** At most for a while, once until there is one again: a kernel that nobody hears goes on. */
  async #subscriber(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wakePublisher = resolve;
      timer = setTimeout(resolve, SUBSCRIBER_PATIENCE);
    });
    clearTimeout(timer);
    this.#waitsForSubscriber = false;
  }

  async #countSubscribers(): Promise<void> {
    for await (const [change] of this.#iopub) {
      if (change?.[0] === 0) {
        this.#subscribers = Math.max(0, this.#subscribers - 1);
        this.#waitsForSubscriber = true;
        continue;
      }
      this.#subscribers++;
      this.#onSubscribed();
      this.#wakePublisher?.();
    }
  }

  async #echo(): Promise<void> {
    for await (const beat of this.#heartbeat) await this.#heartbeat.send(beat);
  }
}
