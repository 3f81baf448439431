import { createKernelRequest } from '../protocol/kernel-request.ts';
import type { KernelMessage, MessageHeader } from '../protocol/message.ts';

/** A kernel that says on iopub nothing of a request is taken at its reply's word after this time, in milliseconds. */
const IDLE_PATIENCE = 1_000;

/**
 * Finds out that a kernel has done all that it was sent on shell. A kernel_info_request is answered in its turn; but what
 * an earlier connection sent waits in another queue, from which the kernel takes by turns. So it is asked again until it
 * did nothing else between question and answer: with something left to do it would have done some of it.
 */
export class FinishedCheck {
  /** True when it has finished, false when the check was cancelled. */
  readonly done: Promise<boolean>;
  readonly #send: (request: KernelMessage) => void;
  readonly #session: string;
  #settle!: (finished: boolean) => void;
  #over = false;
  #request!: MessageHeader;
  #didElse = false;
  #answered = false;
  #wasIdle = false;
  #patience: NodeJS.Timeout | undefined;

  /** @param session of our own requests */
  constructor(send: (request: KernelMessage) => void, session: string) {
    this.#send = send;
    this.#session = session;
    this.done = new Promise((resolve) => (this.#settle = resolve));
    this.#ask();
  }

  /** All that the kernel says. */
  heard({ channel, header, parentHeader, frames }: KernelMessage): void {
    if (this.#over) return;
    if (parentHeader?.msg_id === this.#request.msg_id) {
      if (channel === 'shell') this.#isAnswered();
      else if (header.msg_type === 'status' && saysIdle(frames[3])) this.#wasIdle = true;
      if (this.#answered && this.#wasIdle) this.#endRound();
    } else if (header.msg_type === 'status' && parentHeader?.session !== this.#session) this.#didElse = true;
  }

  cancel(): void {
    this.#finish(false);
  }

  #ask(): void {
    this.#didElse = this.#answered = this.#wasIdle = false;
    const request = createKernelRequest('shell', 'kernel_info_request', this.#session);
    this.#request = request.header;
    this.#send(request);
  }

  #isAnswered(): void {
    this.#answered = true;
    this.#patience = setTimeout(() => this.#endRound(), IDLE_PATIENCE);
  }

  #endRound(): void {
    clearTimeout(this.#patience);
    if (this.#didElse) this.#ask();
    else this.#finish(true);
  }

  #finish(finished: boolean): void {
    this.#over = true;
    clearTimeout(this.#patience);
    this.#settle(finished);
  }
}

function saysIdle(content: Uint8Array | undefined): boolean {
  return Buffer.from(content ?? []).includes('"idle"');
}
