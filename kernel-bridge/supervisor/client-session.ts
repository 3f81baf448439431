import { type KernelAssignment, KernelError } from '../kernel.ts';
import { PlaceError } from '../places/place-error.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { BytePipe, BytePipeEnd } from './link/byte-pipe.ts';
import type { Down, KernelState, LinkedError } from './link/down.ts';
import { encodeFrame, encodeJson, frameReader } from './link/frame.ts';
import { FRAME_TYPES } from '../hosted/codec/frame.ts';
import { MalformedError } from '../hosted/codec/malformed-error.ts';
import { commonProtocol, SPOKEN_PROTOCOLS } from '../hosted/codec/protocol-version.ts';
import { decodeSentMessage, type SentBytes } from '../hosted/codec/sent-message.ts';
import { parseUp, type Up, type UpRequest } from './link/up.ts';
import type { EntrySink } from './outbox.ts';
import type { TerminalService } from './terminals/terminal-service.ts';

type Welcome = Extract<Down, { type: 'welcome' }>;

/** What a connection asks of the supervisor behind it. */
export interface SessionHost {
  readonly programVersion: string;
  /** The kernels for `welcome`. */
  welcome(): Welcome['kernels'];
  /** This one is the owner from now on; the one before has been let go. */
  own(session: ClientSession): void;
  attach(session: ClientSession, attach: Extract<Up, { type: 'attach' }>): void;
  acknowledge(kernelId: string, position: number): void;
  assign(kernelId: string, assignment: KernelAssignment): void;
  /** @throws KernelError: it is not sent */
  send(clientId: string, sent: SentBytes<Buffer>): void;
  /** Resolves to what is answered. One that came before, from the same client with the same id, is not done twice. */
  answer(clientId: string | null, id: number, request: UpRequest): Promise<Answer>;
  serveTerminals(sendFrame: (frame: Buffer) => void): TerminalService;
  /** There is room for more again. */
  drained(): void;
  left(session: ClientSession): void;
}
export type Answer = Omit<Extract<Down, { type: 'answer' }>, 'type' | 'id'>;

/** That a message was handed over waits for others, in milliseconds: telling it wakes the server for nothing. */
const TELL_AFTER = 20;
/** More than this does not go into the memory of a connection whose peer does not read. */
const WAITING_BYTES = 1024 * 1024;

type Role =
  | { readonly role: 'unknown' }
  | { readonly role: 'owner'; readonly clientId: string; readonly terminals: TerminalService }
  | { readonly role: 'observer' };

/** The supervisor's end of one connection. */
export class ClientSession implements BytePipeEnd {
  readonly #pipe: BytePipe;
  readonly #host: SessionHost;
  readonly #log: KernelLog;
  readonly #reader = frameReader((type, payload) => this.#frame(type, payload));
  #peer: Role = { role: 'unknown' };
  #isClosed = false;
  /** By kernel, the last number that is not told yet. */
  readonly #handedOver = new Map<string, number>();
  #handedOverTimer: NodeJS.Timeout | undefined;

  constructor(pipe: BytePipe, host: SessionHost, log: KernelLog) {
    this.#pipe = pipe;
    this.#host = host;
    this.#log = log;
  }

  get isOwner(): boolean {
    return this.#peer.role === 'owner';
  }

  receive(chunk: Buffer): void {
    if (this.#isClosed) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      // A peer that is not understood may be resumed by one that is; nobody else notices.
      const isTheirs = error instanceof MalformedError;
      this.#log.warn(
        { reason: isTheirs ? error.message : (error as Error).stack },
        'a connection to the supervisor is ended',
      );
      this.close();
    }
  }

  drained(): void {
    this.#host.drained();
  }

  closed(): void {
    this.#isClosed = true;
    clearTimeout(this.#handedOverTimer);
    this.#closeTerminals();
    this.#host.left(this);
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#closeTerminals();
    this.#pipe.close();
  }

  takenOver(): void {
    this.#send({ type: 'taken-over' });
    this.close();
  }

  tellState(state: KernelState): void {
    this.#send({ type: 'kernel-state', state });
  }

  sinkFor(kernelId: string): EntrySink {
    const head = encodeFrame(FRAME_TYPES.entriesOf, Buffer.from(kernelId));
    const isSaturated = (): boolean => this.#isClosed || this.#pipe.waitingBytes > WAITING_BYTES;
    return {
      get isSaturated() {
        return isSaturated();
      },
      send: (records) => {
        if (!this.#isClosed) this.#pipe.write([head, records]);
      },
    };
  }

  #frame(type: number, payload: Buffer): void {
    if (this.#isClosed) return;
    if (type === FRAME_TYPES.json) this.#heard(parseUp(payload));
    else if (type === FRAME_TYPES.send) this.#sent(decodeSentMessage(payload));
    else if (type === FRAME_TYPES.terminal || type === FRAME_TYPES.terminalText)
      this.#owner('terminals').terminals.receive(type, payload);
    else this.#log.warn({ type }, 'a frame of an unknown type is passed over');
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
    else if (message.type === 'assign') this.#host.assign(message.kernelId, message.assignment);
    else this.#host.acknowledge(message.kernelId, message.position);
  }

  #greet(hello: Extract<Up, { type: 'hello' }>): void {
    if (this.#peer.role !== 'unknown') throw new MalformedError('it says hello twice');
    const program = this.#host.programVersion;
    const protocol = commonProtocol(SPOKEN_PROTOCOLS, hello.protocols);
    if (protocol === null) {
      this.#log.warn(
        { protocols: hello.protocols, program: hello.program },
        'a client speaks no protocol of ours',
      );
      this.#send({ type: 'unwelcome', protocols: SPOKEN_PROTOCOLS, program });
      return this.close();
    }
    const { role, clientId } = hello;
    let terminals: Welcome['terminals'] = [];
    if (role === 'owner') {
      const service = this.#host.serveTerminals((frame) => this.#write(frame));
      this.#peer = { role, clientId, terminals: service };
      terminals = [...service.running()];
      this.#host.own(this);
    } else this.#peer = { role };
    const kernels = this.#host.welcome();
    this.#send({ type: 'welcome', protocol, program, pid: process.pid, kernels, terminals });
  }

  #answer(id: number, request: UpRequest): void {
    const clientId = this.#peer.role === 'owner' ? this.#peer.clientId : null;
    if (clientId === null && request.do !== 'status')
      throw new MalformedError('an observer asks for what only an owner may');
    void this.#host
      .answer(clientId, id, request)
      .then((answer) => this.#send({ type: 'answer', id, ...answer }));
  }

  #sent(sent: SentBytes<Buffer>): void {
    const { clientId } = this.#owner('kernels');
    const { kernelId, number } = sent;
    try {
      this.#host.send(clientId, sent);
      this.#handedOver.set(kernelId, number);
      this.#handedOverTimer ??= setTimeout(() => this.#tellHandedOver(), TELL_AFTER);
    } catch (error) {
      // It answers for all before it.
      this.#log.warn(
        { kernelId, reason: (error as Error).message },
        'a message could not be sent to its kernel',
      );
      this.#send({ type: 'refused', kernelId, number, error: linkedError(error) });
    }
  }

  /** @throws MalformedError */
  #owner(of: string): Extract<Role, { role: 'owner' }> {
    if (this.#peer.role !== 'owner') throw new MalformedError(`something for ${of} comes from nobody`);
    return this.#peer;
  }

  #tellHandedOver(): void {
    clearTimeout(this.#handedOverTimer);
    this.#handedOverTimer = undefined;
    for (const [kernelId, number] of this.#handedOver) this.#send({ type: 'handed-over', kernelId, number });
    this.#handedOver.clear();
  }

  #closeTerminals(): void {
    if (this.#peer.role === 'owner') this.#peer.terminals.close();
  }

  #send(message: Down): void {
    this.#write(encodeJson(message));
  }

  #write(frame: Buffer): void {
    if (!this.#isClosed) this.#pipe.write([frame]);
  }
}

export function linkedError(error: unknown): LinkedError {
  const { message } = error as Error;
  if (error instanceof PlaceError) {
    const { code, remedy, details } = error;
    return { code, message, remedy, details };
  }
  return error instanceof KernelError
    ? { code: error.code, message }
    : { code: error instanceof MalformedError ? 'KERNEL_MESSAGE_INVALID' : null, message };
}
