/**
 * The changes of this page that the server has not confirmed. The server confirms frames, in order; a frame carries one
 * change, or all that waited when the connection came about.
 */
export class UnsentChanges {
  /** Not in any frame of this connection. */
  #waiting: number;
  /** How many changes each frame carries that is not confirmed, the oldest first. */
  #inFlight: number[] = [];
  #confirmedFrames = 0;

  /** @param waiting of earlier pages */
  constructor(waiting: number) {
    this.#waiting = waiting;
  }

  get count(): number {
    return this.#inFlight.reduce((sum, changes) => sum + changes, this.#waiting);
  }

  /** Nothing waits, and no frame is on its way. */
  get isSettled(): boolean {
    return this.#waiting === 0 && this.#inFlight.length === 0;
  }

  add(): void {
    this.#waiting += 1;
  }

  /** A frame carries all that waited. */
  sent(): void {
    this.#inFlight.push(this.#waiting);
    this.#waiting = 0;
  }

  /** @param frames since the connection came about */
  confirmed(frames: number): void {
    this.#inFlight.splice(0, frames - this.#confirmedFrames);
    this.#confirmedFrames = frames;
  }

  /** What was on its way may be lost, and is sent again. */
  disconnected(): void {
    this.#waiting = this.count;
    this.#inFlight = [];
    this.#confirmedFrames = 0;
  }
}
