import type { BytePipe, BytePipeEnd } from '../../kernel-bridge/supervisor/link/byte-pipe.ts';

const EXAGGERATION = 1000;

/** One direction of a connection: bytes wait until they are let through by hand. */
class Direction implements BytePipe {
  #bytes = Buffer.alloc(0);
  to: BytePipeEnd | null = null;
  readonly #onClose: () => void;

  constructor(onClose: () => void) {
    this.#onClose = onClose;
  }

  get isEmpty(): boolean {
    return this.#bytes.byteLength === 0;
  }

  /** So many times too much, so that a few messages are already more than a peer's memory should take. */
  get waitingBytes(): number {
    return this.#bytes.byteLength * EXAGGERATION;
  }

  write(pieces: readonly Buffer[]): void {
    this.#bytes = Buffer.concat([this.#bytes, ...pieces]);
  }

  pause(): void {
    // Nothing moves by itself.
  }

  resume(): void {
    // Nothing moves by itself.
  }

  close(): void {
    this.#onClose();
  }

  /** Lets the first bytes through. */
  deliver(count: number): void {
    const chunk = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(chunk.byteLength);
    if (chunk.byteLength > 0) this.to?.receive(Buffer.from(chunk));
  }
}

/** A connection whose bytes move, and are lost, only as a test says. */
export class QueuedConnection {
  readonly toSupervisor = new Direction(() => this.cut());
  readonly toServer = new Direction(() => this.cut());
  #isCut = false;

  join(server: BytePipeEnd, supervisor: BytePipeEnd): void {
    this.toServer.to = server;
    this.toSupervisor.to = supervisor;
  }

  get isIdle(): boolean {
    return this.#isCut || (this.toServer.isEmpty && this.toSupervisor.isEmpty);
  }

  deliverToSupervisor(count = Number.MAX_SAFE_INTEGER): void {
    if (!this.#isCut) this.toSupervisor.deliver(count);
  }

  deliverToServer(count = Number.MAX_SAFE_INTEGER): void {
    if (!this.#isCut) this.toServer.deliver(count);
    // As a socket does when it has room again.
    if (!this.#isCut && this.toServer.isEmpty) this.toSupervisor.to?.drained();
  }

  /** What is under way is lost, and both ends hear of it. */
  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    // Never from within a call of the end that closes.
    setImmediate(() => {
      this.toServer.to?.closed();
      this.toSupervisor.to?.closed();
    });
  }
}
