import type { CloseReason } from '../wire/close-reason.ts';
import type { DownMessage } from '../wire/down.ts';
import type { LiveFrame } from '../wire/live-frame.ts';
import { encodeLiveFrame, partsOf } from '../wire/live-frame.ts';
import type { PageSocket } from './page-socket.ts';

/** More than this unsent, answers aside: the page has stopped reading. It gets everything when it comes back. */
const MOST_UNSENT = 16 * 1024 * 1024;
/** Changes of a page that are not in the log yet, in bytes, at which it is read no further. */
const MOST_IN_FLIGHT = 8 * 1024 * 1024;
const PART_BYTES = 512 * 1024;
const CLOSED_BY_US = 4000;

/** What is said to one page, within bounds: a page that does not read, or sends too fast, harms nobody else (I5). */
export class PageConnection {
  readonly #socket: PageSocket;
  #inFlight = 0;
  #isPaused = false;
  #isClosed = false;

  constructor(socket: PageSocket) {
    this.#socket = socket;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(message: DownMessage): void {
    this.#send(JSON.stringify(message));
  }

  /** Resolves once it has left: whoever waits for it before the next one queues nothing here. */
  async sendInTurn(message: DownMessage): Promise<void> {
    if (!this.#isClosed) await this.#socket.sendAndWait(JSON.stringify(message));
  }

  sendFrame(frame: LiveFrame): void {
    this.#send(encodeLiveFrame(frame));
  }

  /** In parts, each sent when the one before has left: however long it takes, it counts as nothing unread. */
  async sendLong(frame: LiveFrame): Promise<void> {
    const bytes = encodeLiveFrame(frame);
    if (bytes.length <= PART_BYTES) return this.#send(bytes);
    for (const part of partsOf(frame.handle, bytes, PART_BYTES)) {
      if (this.#isClosed) return;
      await this.#socket.sendAndWait(part);
    }
  }

  /** @param settled resolves, and never rejects, once so many bytes of the page are dealt with */
  take(bytes: number, settled: Promise<void>): void {
    this.#inFlight += bytes;
    if (this.#inFlight > MOST_IN_FLIGHT && !this.#isPaused) {
      this.#isPaused = true;
      this.#socket.pause();
    }
    void settled.then(() => {
      this.#inFlight -= bytes;
      if (!this.#isPaused || this.#inFlight > MOST_IN_FLIGHT / 2) return;
      this.#isPaused = false;
      this.#socket.resume();
    });
  }

  close(reason: CloseReason, code = CLOSED_BY_US): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close(code, reason);
  }

  /** The other side has gone. */
  closed(): void {
    this.#isClosed = true;
  }

  #send(data: string | Uint8Array): void {
    if (this.#isClosed) return;
    if (this.#socket.unsentBytes > MOST_UNSENT) this.close('not-reading');
    else this.#socket.send(data);
  }
}
