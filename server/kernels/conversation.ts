import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../../event-log/event.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { InputPrompts } from './input-prompts.ts';
import { parseObject } from '../message-part.ts';
import { isRelayed } from './kernel-events.ts';
import { PendingExecutions } from './pending-executions.ts';
import { RequestRoutes } from './request-routes.ts';
import { storedMessage, storedRequest } from './stored-message.ts';

/** What must be known of the talk with a kernel to go on with it: who asked what, and what is unanswered. */
export class Conversation {
  readonly routes = new RequestRoutes();
  readonly prompts = new InputPrompts();
  readonly executions = new PendingExecutions();
  /** The kernel's own, as its last message named it. */
  kernelSession: string = randomUUID();
  /** Why its place has not started the kernel yet; what the server says meanwhile in its name begins no execution. */
  waitsFor: string | null = null;
  /** The content of the last reply to an execution, which holds its number. */
  #lastReply: { readonly content: Uint8Array; readonly isKernels: boolean } | null = null;

  /** The number that the kernel's next execution gets; also those have it that it never hears of. */
  get nextCount(): number {
    const count = parseObject(this.#lastReply?.content)['execution_count'];
    if (typeof count !== 'number') return 1;
    return this.#lastReply?.isKernels === true ? count + 1 : count;
  }

  /** @param isKernels it was not said in the kernel's name */
  heard(message: KernelMessage, isKernels = true): void {
    if (message.header.session !== '') this.kernelSession = message.header.session;
    const isNotice = !isKernels && this.waitsFor !== null && message.header.msg_type !== 'execute_reply';
    if (!isNotice) this.executions.heard(message);
    if (message.header.msg_type !== 'execute_reply') return;
    // A copy, for it is part of all that came with it. One that was aborted has no number.
    const content = Buffer.from(message.frames[3] ?? '{}');
    if (content.includes('"execution_count"')) this.#lastReply = { content, isKernels };
  }

  /** An execution that the kernel has, or gets. */
  asked(request: KernelMessage, session: string): void {
    this.routes.sent(request, session);
    this.executions.sent(request);
  }

  /** What another kernel said of a cell that it runs for this one's notebook: it neither counts here nor names a session. */
  relayed(message: KernelMessage): void {
    this.executions.heard(message);
  }

  /** Another process counts from 1. */
  countsAnew(): void {
    this.#lastReply = null;
  }

  /** Follows what was recorded, when a server takes over a kernel of another. In order. */
  replay(event: StoredEvent): void {
    if (event.type === 'kernel-message') {
      const message = storedMessage(event);
      if (message === null) return;
      if (isRelayed(event)) this.relayed(message);
      else this.heard(message, event.data.position !== null);
      if (event.data.channel === 'stdin') this.prompts.asked(message, event.data.parentSession);
    } else if (event.type === 'execution-requested') {
      const request = storedRequest(event);
      if (request === null) return;
      this.asked(request, event.data.session);
    } else if (event.type === 'execution-input-replied') {
      this.prompts.replied(event.data.session, event.data.promptMessageId);
    } else if (event.type === 'kernel-waiting') {
      this.waitsFor = event.data.text;
    } else if (event.type === 'kernel-died') {
      this.waitsFor = null;
    } else if (beginsAnew(event)) {
      this.waitsFor = null;
      this.executions.forget();
      this.countsAnew();
    }
  }
}

/** What was asked before it is answered by nobody. */
export function beginsAnew(event: StoredEvent): boolean {
  return (
    event.type === 'kernel-started' ||
    (event.type === 'kernel-restarted' && event.data.reason === 'requested')
  );
}
