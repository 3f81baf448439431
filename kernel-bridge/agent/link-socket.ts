import type { WebSocket } from 'ws';
import type { BytePipe, BytePipeEnd, JoinPipe } from '../supervisor/link/byte-pipe.ts';

export interface LinkSocketListener {
  /** A text message: what the two ends say of themselves. */
  text(text: string): void;
  /** Called once; nothing comes after it. */
  closed(): void;
}

/** Of one message, in bytes; whoever reads it takes no longer ones. */
export const LONGEST_MESSAGE = 1024 * 1024;
const PIECE = 256 * 1024;
/** Both ends ping, so that one that is gone is noticed in 20 s, and proxies cut nothing. In milliseconds. */
const PING_EVERY = 5000;
const SILENT_FOR = 15_000;
/** A peer that takes nothing for so long after the end is not waited for. */
const LINGER = 1000;

/**
 * A websocket that carries the link: its binary messages are the bytes of one pipe, however they are cut, its text
 * messages are JSON that both ends say of themselves.
 */
export class LinkSocket {
  readonly #socket: WebSocket;
  readonly #listener: LinkSocketListener;
  #end: BytePipeEnd | null = null;
  readonly #early: Buffer[] = [];
  #heard = Date.now();
  #pinged = Date.now();
  readonly #timer: NodeJS.Timeout;

  constructor(socket: WebSocket, listener: LinkSocketListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.on('message', (data: Buffer, isBinary) => this.#message(data, isBinary));
    socket.on('pong', () => (this.#heard = Date.now()));
    socket.on('ping', () => (this.#heard = Date.now()));
    // Why it broke matters to nobody: it is made anew, and `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed());
    this.#timer = setInterval(() => this.#lookAlive(), PING_EVERY).unref();
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  say(message: object): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }

  /** Joins what is at this end of the pipe; what came before is heard now. */
  readonly join: JoinPipe = (makeEnd) => {
    const end = makeEnd(this.#pipe());
    if (this.#socket.readyState === this.#socket.CLOSED) return end.closed();
    this.#end = end;
    for (const data of this.#early.splice(0)) end.receive(data);
    this.#socket.resume();
  };

  /** Idempotent; what was said before still goes out. */
  close(code = 1000): void {
    this.#socket.close(code);
    setTimeout(() => this.#socket.terminate(), LINGER).unref();
  }

  #pipe(): BytePipe {
    const socket = this.#socket;
    return {
      get waitingBytes() {
        return socket.bufferedAmount;
      },
      write: (pieces) => {
        for (const piece of pieces)
          for (let at = 0; at < piece.byteLength; at += PIECE) this.#send(piece.subarray(at, at + PIECE));
      },
      pause: () => socket.pause(),
      resume: () => {
        this.#heard = Date.now();
        socket.resume();
      },
      close: () => this.close(),
    };
  }

  #send(piece: Buffer): void {
    if (!this.isOpen) return;
    this.#socket.send(piece, { binary: true }, () => {
      if (this.#socket.bufferedAmount === 0 && this.isOpen) this.#end?.drained();
    });
  }

  #message(data: Buffer, isBinary: boolean): void {
    this.#heard = Date.now();
    if (!isBinary) this.#listener.text(data.toString());
    else if (this.#end !== null) this.#end.receive(data);
    else {
      // Whoever joins is on the way: a supervisor may have to be started.
      this.#early.push(data);
      this.#socket.pause();
    }
  }

  #lookAlive(): void {
    const now = Date.now();
    // A machine that slept has heard nothing either, and what is not read cannot be heard.
    const wasPingedLately = now - this.#pinged < 2 * PING_EVERY;
    if (wasPingedLately && !this.#socket.isPaused && now - this.#heard > SILENT_FOR)
      return this.#socket.terminate();
    this.#pinged = now;
    if (this.isOpen) this.#socket.ping();
  }

  #closed(): void {
    clearInterval(this.#timer);
    this.#end?.closed();
    this.#listener.closed();
  }
}
