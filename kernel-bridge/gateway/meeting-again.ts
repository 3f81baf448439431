import type { KernelMessage, MessageHeader } from '../protocol/message.ts';

/** In milliseconds. A kernel that is too busy to answer is taken to be heard. */
const LIMIT = 2_000;
const FIRST_ASK = 50;

/**
 * Finds out that a kernel which has answered before is heard by a new connection, and whether it is the same process: on
 * control, where most kernels answer while they are busy.
 */
export class MeetingAgain {
  /** The session under which its process speaks; null where it has not answered in time. */
  readonly done: Promise<string | null>;
  readonly #ask: () => MessageHeader;
  readonly #asked = new Set<string>();
  readonly #limit: NodeJS.Timeout;
  #settle!: (session: string | null) => void;
  #next: NodeJS.Timeout | undefined;
  #session: string | null = null;
  #isHeard = false;

  /** @param ask sends a kernel_info_request on control, and says which */
  constructor(ask: () => MessageHeader) {
    this.#ask = ask;
    this.done = new Promise((resolve) => (this.#settle = resolve));
    this.#limit = setTimeout(() => this.end(), LIMIT);
    this.#askAgain(FIRST_ASK);
  }

  /** All that is heard. */
  heard({ channel, header, parentHeader }: KernelMessage): void {
    if (channel === 'iopub') this.#isHeard = true;
    else if (header.msg_type === 'kernel_info_reply' && this.#asked.has(parentHeader?.msg_id ?? ''))
      this.#session = header.session;
    if (this.#isHeard && this.#session !== null) this.end();
  }

  /** With what is known so far. Idempotent. */
  end(): void {
    clearTimeout(this.#limit);
    clearTimeout(this.#next);
    this.#settle(this.#session);
  }

  #askAgain(delay: number): void {
    this.#asked.add(this.#ask().msg_id);
    this.#next = setTimeout(() => this.#askAgain(delay * 2), delay);
  }
}
