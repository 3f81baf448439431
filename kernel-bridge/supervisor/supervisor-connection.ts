import type { KernelLog } from '../local/kernel-log.ts';
import type { BytePipe, BytePipeEnd } from './link/byte-pipe.ts';
import { type Down, parseDown, type Welcome } from './link/down.ts';
import type { Entry } from './link/entry.ts';
import { decodeEntry, positionOf } from './link/entry-record.ts';
import { encodeJson, frameReader } from './link/frame.ts';
import { FRAME_TYPES } from '../hosted/codec/frame.ts';
import { MalformedError } from '../hosted/codec/malformed-error.ts';
import { MessageBodyReader } from './link/message-body-reader.ts';
import { SPOKEN_PROTOCOLS } from '../hosted/codec/protocol-version.ts';
import type { Up } from './link/up.ts';

/** What is said to a supervisor, on one connection. */
export interface SupervisorLine {
  say(message: Up): void;
  write(frame: Buffer): void;
  /** Idempotent; `closed` follows. */
  close(): void;
}

export interface ConnectionListener {
  /** Called once, before all else. */
  welcomed(welcome: Welcome, line: SupervisorLine): void;
  heard(message: Exclude<Down, Welcome>): void;
  /** @param bytes that it took on the link. @throws MalformedError for one that may not come: it ends the connection */
  entry(kernelId: string, entry: Entry, bytes: number): void;
  /** An entry could not be read, or is of a kind that only a newer supervisor knows. @throws MalformedError as `entry` */
  passedOver?(kernelId: string, position: number, why: 'unknown' | 'unreadable', bytes: number): void;
  /** A frame of terminals. @throws MalformedError */
  terminal(type: number, payload: Buffer): void;
  /** Called once; nothing comes after it. */
  closed(): void;
}

/** The server's end of one connection to the supervisor. */
export class SupervisorConnection implements BytePipeEnd, SupervisorLine {
  readonly #pipe: BytePipe;
  readonly #listener: ConnectionListener;
  readonly #log: KernelLog;
  readonly #reader = frameReader((type, payload) => this.#frame(type, payload));
  readonly #messages = new MessageBodyReader();
  /** Whose entries come. */
  #kernelId: string | null = null;
  #isClosed = false;

  constructor(pipe: BytePipe, listener: ConnectionListener, log: KernelLog) {
    this.#pipe = pipe;
    this.#listener = listener;
    this.#log = log;
  }

  greet(who: Omit<Extract<Up, { type: 'hello' }>, 'type' | 'protocols'>): void {
    this.say({ type: 'hello', protocols: SPOKEN_PROTOCOLS, ...who });
  }

  say(message: Up): void {
    this.write(encodeJson(message));
  }

  write(frame: Buffer): void {
    if (!this.#isClosed) this.#pipe.write([frame]);
  }

  receive(chunk: Buffer): void {
    if (this.#isClosed) return;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.#log.warn(
        { reason: error.message },
        'the connection to the supervisor is not understood, and made anew',
      );
      this.close();
    }
  }

  drained(): void {
    // What is sent is bounded where it is kept until it is handed over.
  }

  closed(): void {
    this.#isClosed = true;
    this.#listener.closed();
  }

  /** Idempotent; `closed` follows. */
  close(): void {
    this.#isClosed = true;
    this.#pipe.close();
  }

  #frame(type: number, payload: Buffer): void {
    if (this.#isClosed) return;
    if (type === FRAME_TYPES.entry) this.#entry(payload);
    else if (type === FRAME_TYPES.entriesOf) this.#kernelId = payload.toString();
    else if (type === FRAME_TYPES.json) this.#json(payload);
    else if (type === FRAME_TYPES.terminal || type === FRAME_TYPES.terminalText)
      this.#listener.terminal(type, payload);
    else this.#log.warn({ type }, 'a frame of an unknown type is passed over');
  }

  #json(payload: Buffer): void {
    const message = parseDown(payload);
    if (message === null) this.#log.warn({}, 'a message that only a newer version knows is passed over');
    else if (message.type === 'welcome') this.#listener.welcomed(message, this);
    else this.#listener.heard(message);
  }

  #entry(payload: Buffer): void {
    if (this.#kernelId === null) throw new MalformedError('an entry came before the id of its kernel');
    const entry = this.#decode(this.#kernelId, payload);
    if (entry !== null) this.#listener.entry(this.#kernelId, entry, payload.byteLength);
  }

  /** One that cannot be read would be as bad after a break: it is passed over. */
  #decode(kernelId: string, payload: Buffer): Entry | null {
    const position = positionOf(payload);
    let reason = 'its kind is unknown';
    let why: 'unknown' | 'unreadable' = 'unknown';
    try {
      const entry = decodeEntry(payload, this.#messages);
      if (entry !== null) return { position, ...entry };
    } catch (error) {
      reason = (error as Error).message;
      why = 'unreadable';
    }
    this.#log.warn({ kernelId, position, reason }, 'an entry of a kernel is passed over');
    this.#listener.passedOver?.(kernelId, position, why, payload.byteLength);
    return null;
  }
}
