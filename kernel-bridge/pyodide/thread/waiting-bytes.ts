/** So much may be on its way from Python to ZeroMQ; then Python waits. */
const LIMIT = 8 * 1024 * 1024;

/**
 * Counts what Python has said and ZeroMQ has not taken, in memory that both threads share: nothing is dropped, and memory is
 * bounded, because Python waits (I5).
 */
export class WaitingBytes {
  readonly shared: SharedArrayBuffer;
  readonly #count: Int32Array;

  constructor(shared = new SharedArrayBuffer(4)) {
    this.shared = shared;
    this.#count = new Int32Array(shared);
  }

  /** In Python's thread: waits for room, then counts. What is larger than all room goes alone. */
  add(bytes: number): void {
    for (;;) {
      const now = Atomics.load(this.#count, 0);
      if (now === 0 || now + bytes <= LIMIT) break;
      Atomics.wait(this.#count, 0, now);
    }
    Atomics.add(this.#count, 0, bytes);
  }

  remove(bytes: number): void {
    Atomics.sub(this.#count, 0, bytes);
    Atomics.notify(this.#count, 0);
  }
}
