import type { KernelMessage, MessageHeader } from '../../kernel-bridge/protocol/message.ts';
import { BoundedMap } from './bounded-map.ts';
import { parseObject } from './kernel-events.ts';

/** A request's header, and the same in the bytes it came in: a request itself may be large. */
interface RequestHeader {
  readonly header: MessageHeader;
  readonly frame: Uint8Array;
}

interface Pending {
  readonly request: RequestHeader;
  /** Anything was said of it. */
  hasBegun: boolean;
  /** Its `execute_input`, which holds its number. */
  input: KernelMessage | null;
}

/** An execution that ended with the process it was sent to. */
export interface LostExecution {
  readonly request: RequestHeader;
  /** The others had not begun. */
  readonly wasRunning: boolean;
  readonly executionCount: number | null;
}

/** More than anybody queues. */
const REMEMBERED = 1000;

/** The executions that a kernel was sent and has not answered. */
export class PendingExecutions {
  #byMessage = new BoundedMap<string, Pending>(REMEMBERED);

  sent({ header, frames }: KernelMessage): void {
    if (header.msg_type !== 'execute_request') return;
    // A copy, for it is part of all that came with it.
    const request = { header, frame: Buffer.from(frames[0] ?? '{}') };
    this.#byMessage.set(header.msg_id, { request, hasBegun: false, input: null });
  }

  refused(messageId: string): void {
    this.#byMessage.take(messageId);
  }

  heard(message: KernelMessage): void {
    const parent = message.parentHeader?.msg_id;
    if (parent === undefined) return;
    if (message.header.msg_type === 'execute_reply') {
      this.#byMessage.take(parent);
      return;
    }
    const pending = this.#byMessage.get(parent);
    if (pending === undefined) return;
    pending.hasBegun = true;
    if (message.header.msg_type === 'execute_input') pending.input = message;
  }

  /** Those that something was said of. */
  begun(): RequestHeader[] {
    return [...this.#byMessage.values()].filter(({ hasBegun }) => hasBegun).map(({ request }) => request);
  }

  /** What is not answered, in order. */
  get all(): readonly { readonly messageId: string; readonly hasBegun: boolean }[] {
    return [...this.#byMessage.values()].map(({ request, hasBegun }) => ({
      messageId: request.header.msg_id,
      hasBegun,
    }));
  }

  /** Of these, those that are not answered; they are forgotten. */
  missed(messageIds: readonly string[]): LostExecution[] {
    return messageIds.flatMap((messageId) => {
      const pending = this.#byMessage.take(messageId);
      return pending === undefined ? [] : [lostExecutionOf(pending, true)];
    });
  }

  /** A new process was asked for, and whoever did so knows. */
  forget(): void {
    this.#byMessage = new BoundedMap(REMEMBERED);
  }

  /**
   * The process is gone, and with it what it was sent, in order.
   * @param waiting ids of those that the next process gets
   */
  lost(waiting: ReadonlySet<string>): LostExecution[] {
    const all = [...this.#byMessage.values()];
    this.forget();
    const gone: Pending[] = [];
    for (const pending of all)
      if (waiting.has(pending.request.header.msg_id))
        this.#byMessage.set(pending.request.header.msg_id, pending);
      else gone.push(pending);
    // A process may end before its first word of an execution is out; then it was the oldest one.
    const begun = gone.some(({ hasBegun }) => hasBegun);
    return gone.map((pending, index) => lostExecutionOf(pending, begun ? pending.hasBegun : index === 0));
  }
}

function lostExecutionOf({ request, input }: Pending, wasRunning: boolean): LostExecution {
  const count = parseObject(input?.frames[3])['execution_count'];
  return { request, wasRunning, executionCount: typeof count === 'number' ? count : null };
}
