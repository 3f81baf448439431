const SIGINT = 2;
/** As in in_the_loop_kernel/interrupts.py. */
const TICK = 14;
const TICK_INTERVAL = 100;

/**
 * What Pyodide reads every few steps of a program, to hear of signals: SIGINT where the host wrote one, and some times a
 * second a tick, by which Python publishes what was printed before a long computation. Threads, which would do that elsewhere, are
 * not there.
 */
export class SignalBuffer {
  readonly #shared: Uint8Array | null;
  #nextTick = 0;
  #taken = false;

  constructor(interruptBuffer: SharedArrayBuffer | null) {
    this.#shared = interruptBuffer && new Uint8Array(interruptBuffer);
  }

  get 0(): number {
    this.#taken = this.#shared?.[0] === SIGINT;
    if (this.#taken) return SIGINT;
    const now = performance.now();
    if (now < this.#nextTick) return 0;
    this.#nextTick = now + TICK_INTERVAL;
    return TICK;
  }

  /** Pyodide writes 0 after each reading; an interrupt that came since then is not to be lost. */
  set 0(_read: number) {
    if (this.#taken && this.#shared) this.#shared[0] = 0;
  }

  /** Whether a program that waits, and so does not read this, is to be interrupted. */
  takeInterrupt(): boolean {
    if (!this.#shared) return true;
    const waiting = this.#shared[0] === SIGINT;
    this.#shared[0] = 0;
    return waiting;
  }
}
