import type { NewEvent } from '../../event-log/event.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { BoundedMap } from './bounded-map.ts';
import { parseObject } from '../message-part.ts';

interface Prompt {
  readonly messageId: string;
  readonly isPassword: boolean;
}

/** A kernel waits for one answer at a time, or one a subshell. */
const REMEMBERED = 200;

/** What a kernel asked people for, so that the reply to a password prompt is never stored (I1). */
export class InputPrompts {
  readonly #byMessage = new BoundedMap<string, Prompt>(REMEMBERED);
  readonly #pendingOfSession = new BoundedMap<string, Prompt>(REMEMBERED);

  asked(request: KernelMessage, session: string | null): void {
    const messageId = request.header.msg_id;
    const prompt = { messageId, isPassword: parseObject(request.frames[3])['password'] !== false };
    this.#byMessage.set(messageId, prompt);
    if (session === null) return;
    // Subshells may ask side by side: a reply that does not say which it answers may be the password.
    const before = this.#pendingOfSession.get(session);
    const isPassword = prompt.isPassword || (before?.isPassword ?? false);
    this.#pendingOfSession.set(session, { messageId, isPassword });
  }

  replied(session: string, promptMessageId: string | null): void {
    if (promptMessageId === (this.#pendingOfSession.get(session)?.messageId ?? null))
      this.#pendingOfSession.take(session);
  }

  /** A reply to what we never saw asked is kept back too. */
  repliedEvent(reply: KernelMessage, session: string, actor: string): NewEvent {
    const parent = reply.parentHeader?.msg_id;
    const named = parent === undefined ? undefined : this.#byMessage.get(parent);
    const pending = this.#pendingOfSession.get(session);
    const prompt = named ?? pending;
    this.replied(session, prompt?.messageId ?? null);
    const value = parseObject(reply.frames[3])['value'];
    const isPublic = prompt !== undefined && !prompt.isPassword && typeof value === 'string';
    return {
      type: 'execution-input-replied',
      version: 1,
      data: { session, promptMessageId: prompt?.messageId ?? null, value: isPublic ? value : null },
      actor,
      causedBy: prompt?.messageId ?? null,
      frames: [],
    };
  }
}
