import type { EventLog } from '../../event-log/event-log.ts';
import type { StoredEvent } from '../../event-log/event.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { eventsBackwards, readableEvents } from '../readable-events.ts';
import { beginsAnew, Conversation } from './conversation.ts';
import { ExecutionState } from './execution-state.ts';
import { streamOf } from './kernel-events.ts';
import { storedMessage, storedRequest } from './stored-message.ts';

/** What the log tells of a kernel that another server had: all that is needed to go on. */
export class KernelPast {
  readonly conversation = new Conversation();
  readonly state = new ExecutionState();
  /** Requests that have no reply, in order, with who asked. */
  readonly unanswered = new Map<
    string,
    { readonly message: KernelMessage; readonly session: string; readonly actor: string }
  >();
  /** Of the last death, until somebody restarted the kernel. */
  reason: string | null = null;
  hasEnded = false;

  private constructor(
    /** The stream's last sequence. */
    readonly after: number,
    /** The kernel's last position that is recorded; 0 for none. */
    readonly position: number,
  ) {}

  /**
   * Reads a stream's end, from the last execution before which nothing can be unanswered: a kernel answers in order.
   * @throws EventLogError if the log cannot be read at all
   */
  static async read(log: EventLog, kernelId: string): Promise<KernelPast> {
    const stream = streamOf(kernelId);
    const after = await log.lastSequence(stream);
    const { start, position } = await findStart(log, stream, after);
    const past = new KernelPast(after, position);
    for await (const event of readableEvents(log, stream, start - 1, after)) past.#follow(event);
    return past;
  }

  #follow(event: StoredEvent): void {
    this.conversation.replay(event);
    if (beginsAnew(event)) this.#another();
    if (event.type === 'execution-requested') {
      const message = storedRequest(event);
      const { messageId, session, position } = event.data;
      // What was asked where the kernel runs is there already.
      if (message !== null && position === undefined)
        this.unanswered.set(messageId, { message, session, actor: event.actor });
    } else if (event.type === 'kernel-message') this.#heard(event);
    // One that was taken for lost and is found after all lives.
    else if (event.type === 'kernel-ended') this.hasEnded = event.data.reason !== 'lost';
    else if (event.type === 'kernel-died') {
      this.reason = event.data.reason;
      this.state.started();
    }
  }

  #heard(event: Extract<StoredEvent, { type: 'kernel-message' }>): void {
    const { messageType, position } = event.data;
    if (messageType === 'execute_reply' && event.causedBy !== null) this.unanswered.delete(event.causedBy);
    // Only the kernel itself tells of its state.
    const message = position === null ? null : storedMessage(event);
    if (message !== null) this.state.observe(message, event.time);
  }

  #another(): void {
    this.unanswered.clear();
    this.hasEnded = false;
    this.reason = null;
    this.state.started();
  }
}

async function findStart(
  log: EventLog,
  stream: string,
  last: number,
): Promise<{ start: number; position: number }> {
  const answered = new Set<string>();
  let position: number | null = null;
  let start = last + 1;
  for await (const event of eventsBackwards(log, stream, last)) {
    start = event.sequence;
    if ('position' in event.data) position ??= event.data.position ?? null;
    if (event.type === 'kernel-message' && event.data.messageType === 'execute_reply' && event.causedBy)
      answered.add(event.causedBy);
    const isFirst = event.type === 'kernel-started';
    const isAnswered = event.type === 'execution-requested' && answered.has(event.data.messageId);
    if (isFirst || (isAnswered && position !== null)) return { start, position: position ?? 0 };
  }
  return { start, position: position ?? 0 };
}
