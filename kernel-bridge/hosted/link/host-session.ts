import type { BytePipe, BytePipeEnd } from './byte-pipe.ts';
import type { Answer, Down, KernelState, LinkedError } from './down.ts';
import { commonProtocol, SPOKEN_PROTOCOLS } from '../codec/protocol-version.ts';
import { encodeFrame, encodeJson, frameReader } from './frame.ts';
import { FRAME_TYPES } from '../codec/frame.ts';
import type { HostLog } from './host.ts';
import { HostedError } from './hosted-error.ts';
import { MalformedError } from '../codec/malformed-error.ts';
import type { EntrySink } from './outbox.ts';
import { decodeSentMessage, type SentBytes } from '../codec/sent-message.ts';
import { parseUp, type Up, type UpRequest } from './up.ts';

type Welcome = Extract<Down, { type: 'welcome' }>;

/** What a connection asks of the host behind it. */
export interface SessionHost {
  /** The kernels for `welcome`. */
  welcome(): Welcome['kernels'];
  /** This one is the owner from now on; the one before has been let go. */
  own(session: HostSession): void;
  attach(session: HostSession, attach: Extract<Up, { type: 'attach' }>): void;
  acknowledge(kernelId: string, position: number): void;
  /** @throws HostedError: it is not sent */
  send(clientId: string, sent: SentBytes<Uint8Array>): void;
  /** Resolves to what is answered. One that came before, from the same client with the same id, is not done twice. */
  answer(clientId: string | null, id: number, request: UpRequest): Promise<Answer>;
  /** There is room for more again. */
  drained(): void;
  left(session: HostSession): void;
}

/** That a message was handed over waits for others, in milliseconds. */
const TELL_AFTER = 20;
/** More than this does not go into the memory of a connection whose peer does not read. */
const WAITING_BYTES = 1024 * 1024;
const encoder = new TextEncoder();

type Role =
  | { readonly role: 'unknown' }
  | { readonly role: 'owner'; readonly clientId: string }
  | { readonly role: 'observer' };

/** The host's end of one connection, as kernel-bridge/supervisor/client-session.ts is a supervisor's. */
export class HostSession implements BytePipeEnd {
  readonly #pipe: BytePipe;
  readonly #host: SessionHost;
  readonly #log: HostLog;
  readonly #reader = frameReader((type, payload) => this.#frame(type, payload));
  #peer: Role = { role: 'unknown' };
  #isClosed = false;
  /** By kernel, the last number that is not told yet. */
  readonly #handedOver = new Map<string, number>();
  #handedOverTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(pipe: BytePipe, host: SessionHost, log: HostLog) {
    this.#pipe = pipe;
    this.#host = host;
    this.#log = log;
  }

  receive(chunk: Uint8Array): void {
    if (this.#isClosed) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      // What is not understood may be by the next connection; no kernel notices.
      const reason = (error as Error).message;
      this.#log.warn({ reason }, 'a connection of the host to the server is ended');
      this.close();
    }
  }

  drained(): void {
    this.#host.drained();
  }

  closed(): void {
    this.#isClosed = true;
    clearTimeout(this.#handedOverTimer);
    this.#host.left(this);
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#pipe.close();
  }

  takenOver(): void {
    this.#say({ type: 'taken-over' });
    this.close();
  }

  tellState(state: KernelState): void {
    this.#say({ type: 'kernel-state', state });
  }

  /** @param mayHandOver whether entries may go now */
  sinkFor(kernelId: string, mayHandOver: () => boolean): EntrySink {
    const head = encodeFrame(FRAME_TYPES.entriesOf, encoder.encode(kernelId));
    const isSaturated = (): boolean =>
      this.#isClosed || !mayHandOver() || this.#pipe.waitingBytes > WAITING_BYTES;
    return {
      get isSaturated() {
        return isSaturated();
      },
      send: (records) => {
        if (!this.#isClosed) this.#pipe.write([head, records]);
      },
    };
  }

  #frame(type: number, payload: Uint8Array): void {
    if (this.#isClosed) return;
    if (type === FRAME_TYPES.json) this.#heard(parseUp(payload));
    else if (type === FRAME_TYPES.send) this.#sent(decodeSentMessage(payload));
    else this.#log.warn({ type }, 'a frame of a type that no host knows is passed over');
  }

  #heard(message: Up | null): void {
    if (message === null) {
      this.#log.warn({}, 'a message of a type that only a newer version knows is passed over');
      return;
    }
    if (message.type === 'hello') return this.#greet(message);
    if (this.#peer.role === 'unknown') throw new MalformedError('it did not say hello');
    if (message.type === 'request') return this.#answer(message.id, message.request);
    if (this.#peer.role === 'observer') throw new MalformedError('an observer does what only an owner may');
    if (message.type === 'attach') this.#host.attach(this, message);
    else this.#host.acknowledge(message.kernelId, message.position);
  }

  #greet({ protocols, program, role, clientId }: Extract<Up, { type: 'hello' }>): void {
    if (this.#peer.role !== 'unknown') throw new MalformedError('it says hello twice');
    const protocol = commonProtocol(SPOKEN_PROTOCOLS, protocols);
    if (protocol === null) {
      this.#log.warn({ protocols, program }, 'the server speaks no protocol of ours');
      this.#say({ type: 'unwelcome', protocols: SPOKEN_PROTOCOLS, program });
      return this.close();
    }
    if (role === 'owner') {
      this.#peer = { role, clientId };
      this.#host.own(this);
    } else this.#peer = { role };
    const kernels = this.#host.welcome();
    // A page is of the version that it was loaded with, and nobody can replace it: it calls itself what the server is.
    this.#say({ type: 'welcome', protocol, program, pid: 0, kernels, terminals: [] });
  }

  #answer(id: number, request: UpRequest): void {
    const clientId = this.#peer.role === 'owner' ? this.#peer.clientId : null;
    if (clientId === null && request.do !== 'status')
      throw new MalformedError('an observer asks for what only an owner may');
    void this.#host.answer(clientId, id, request).then((answer) => {
      this.#say({ type: 'answer', id, ...answer });
      // As a supervisor, which ends.
      if (request.do === 'end') this.close();
    });
  }

  #sent(sent: SentBytes<Uint8Array>): void {
    if (this.#peer.role !== 'owner') throw new MalformedError('something for kernels comes from nobody');
    const { kernelId, number } = sent;
    try {
      this.#host.send(this.#peer.clientId, sent);
      this.#handedOver.set(kernelId, number);
      this.#handedOverTimer ??= setTimeout(() => this.#tellHandedOver(), TELL_AFTER);
    } catch (error) {
      // It answers for all before it.
      this.#log.warn(
        { kernelId, reason: (error as Error).message },
        'a message could not be sent to its kernel',
      );
      this.#say({ type: 'refused', kernelId, number, error: linkedError(error) });
    }
  }

  #tellHandedOver(): void {
    this.#handedOverTimer = undefined;
    for (const [kernelId, number] of this.#handedOver) this.#say({ type: 'handed-over', kernelId, number });
    this.#handedOver.clear();
  }

  #say(message: Down): void {
    if (!this.#isClosed) this.#pipe.write([encodeJson(message)]);
  }
}

export function linkedError(error: unknown): LinkedError {
  const { message } = error as Error;
  if (error instanceof HostedError) return { code: error.code, message };
  return { code: error instanceof MalformedError ? 'KERNEL_MESSAGE_INVALID' : null, message };
}
