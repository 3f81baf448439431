import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { RequestHeader } from './pending-executions.ts';
import { clearOutputMessage, type ServerMessage, stdoutMessage } from './server-message.ts';

/** Whoever runs a whole notebook reads it in the first cells. */
const SHOWN = 20;

/**
 * Shows in cells that were run why their kernel does not begin: the word of a queue takes the place of the one before, and
 * goes when the kernel is started. Said as outputs of the cells, so that each client shows it, and documents have it.
 */
export class QueueNotice {
  readonly #say: (message: ServerMessage) => void;
  #text: string | null;
  readonly #shown = new Map<string, RequestHeader>();

  /**
   * @param text and cells where it is shown, as a server before left it
   */
  constructor(say: (message: ServerMessage) => void, text: string | null, shown: readonly RequestHeader[]) {
    this.#say = say;
    this.#text = text;
    if (text !== null) for (const request of shown) this.#shown.set(request.header.msg_id, request);
  }

  /**
   * @param text null: it waits no more
   * @param asked what the kernel was sent and has not answered
   */
  changed(text: string | null, asked: readonly RequestHeader[]): void {
    this.#text = text;
    if (text === null) {
      for (const request of this.#shown.values()) this.#say(clearOutputMessage(request));
      this.#shown.clear();
      return;
    }
    for (const request of asked) this.#show(text, request);
  }

  /** The kernel spoke: what it waited for has come, if nobody said so. */
  over(): void {
    if (this.#text !== null) this.changed(null, []);
  }

  /** A cell was run, which waits like the others. */
  sent({ header, frames }: KernelMessage): void {
    if (this.#text === null || header.msg_type !== 'execute_request') return;
    this.#show(this.#text, { header, frame: Buffer.from(frames[0] ?? '{}') });
  }

  #show(text: string, request: RequestHeader): void {
    const messageId = request.header.msg_id;
    if (this.#shown.has(messageId)) this.#say(clearOutputMessage(request, true));
    else if (this.#shown.size >= SHOWN) return;
    this.#shown.set(messageId, request);
    this.#say(stdoutMessage(text, request));
  }
}
