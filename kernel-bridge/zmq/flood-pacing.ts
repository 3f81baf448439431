import type { MessageHeader } from '../protocol/message.ts';

const BURST = 64;
/** A burst within this time, in milliseconds, is 2,000 messages a second. */
const BURST_TIME = 32;

/**
 * Tells a flood of output of one request from many short requests. In a flood it pays to read in handfuls: waking
 * up for every single message costs a third more processor time, which the thread that empties the kernel's socket
 * then lacks (measured: twice the losses at 15,000 messages/s). A single request must never wait for it.
 */
export class FloodPacing {
  #parent: MessageHeader | null = null;
  #count = 0;
  #since = 0;
  #flooding = false;

  get flooding(): boolean {
    return this.#flooding;
  }

  /** @param parent the same object for messages of the same request, as the codec gives it */
  heard(parent: MessageHeader | null, now: number): void {
    if (parent !== this.#parent || parent === null) {
      this.#parent = parent;
      this.#flooding = false;
      this.#count = 0;
      this.#since = now;
    } else if (++this.#count === BURST) {
      this.#flooding = now - this.#since < BURST_TIME;
      this.#count = 0;
      this.#since = now;
    }
  }
}
