import type { KernelMessage, MessageHeader } from '../../kernel-bridge/protocol/message.ts';
import { BoundedMap } from './bounded-map.ts';
import { parseObject } from '../message-part.ts';

/** A request's header, and the same in the bytes it came in: a request itself may be large. */
export interface RequestHeader {
  readonly header: MessageHeader;
  readonly frame: Uint8Array;
}

interface Pending {
  readonly request: RequestHeader;
  /** Anything was said of it. */
  hasBegun: boolean;
  /** Its `execute_input`, which holds its number. */
  input: KernelMessage | null;
  /** The kernel is idle again after it. */
  isIdle: boolean;
  /** If it fails, the kernel aborts what it was sent after it. */
  readonly stopsOnError: boolean;
}

/** An execution that ended with the process it was sent to. */
export interface LostExecution {
  readonly request: RequestHeader;
  /** The others had not begun. */
  readonly wasRunning: boolean;
  readonly executionCount: number | null;
}

/** In a string it would be with backslashes. */
const NO_STOP = '"stop_on_error":false';
const NO_STOP_OF_PYTHON = '"stop_on_error": false';
/** More than anybody queues. */
const REMEMBERED = 1000;

/** The executions that a kernel was sent and has not answered. */
export class PendingExecutions {
  #byMessage = new BoundedMap<string, Pending>(REMEMBERED);
  /** Those that were answered, in order, until the kernel is idle after them. */
  #settling = new BoundedMap<string, RequestHeader>(REMEMBERED);
  #cutShort: readonly RequestHeader[] = [];
  #hasFailed = false;

  sent({ header, frames }: KernelMessage): void {
    if (header.msg_type !== 'execute_request') return;
    // A copy, for it is part of all that came with it.
    const request = { header, frame: Buffer.from(frames[0] ?? '{}') };
    this.#byMessage.set(header.msg_id, {
      request,
      hasBegun: false,
      input: null,
      isIdle: false,
      stopsOnError: !includes(frames[3], NO_STOP) && !includes(frames[3], NO_STOP_OF_PYTHON),
    });
  }

  /** One that the server itself answers: it is lost like the others if the kernel's process ends. */
  begin(message: KernelMessage): void {
    this.sent(message);
    const pending = this.#byMessage.get(message.header.msg_id);
    if (pending !== undefined) pending.hasBegun = true;
  }

  /** The kernel does not have it. @returns whether anything was said of it */
  refused(messageId: string): boolean {
    return this.#byMessage.take(messageId)?.hasBegun ?? false;
  }

  /** Nothing is unanswered. */
  get isEmpty(): boolean {
    return this.#byMessage.size === 0;
  }

  /** And the kernel has said that it is idle. */
  get isSettled(): boolean {
    return this.isEmpty && this.#settling.size === 0;
  }

  /** Whether one has failed, since this was last asked, after which a kernel aborts what waits. */
  takeFailure(): boolean {
    const hasFailed = this.#hasFailed;
    this.#hasFailed = false;
    return hasFailed;
  }

  /** What a kernel has not said by now it does not say. */
  settle(): void {
    this.#settling = new BoundedMap(REMEMBERED);
  }

  heard(message: KernelMessage): void {
    const parent = message.parentHeader?.msg_id;
    if (parent === undefined) return;
    if (message.header.msg_type === 'execute_reply') {
      const answered = this.#byMessage.take(parent);
      if (answered?.isIdle === false) this.#settling.set(parent, answered.request);
      if (answered?.stopsOnError === true && includes(message.frames[3], 'error'))
        this.#hasFailed ||= parseObject(message.frames[3])['status'] === 'error';
      return;
    }
    const isIdle = message.header.msg_type === 'status' && includes(message.frames[3], '"idle"');
    if (isIdle) this.#settled(parent);
    const pending = this.#byMessage.get(parent);
    if (pending === undefined) return;
    pending.hasBegun = true;
    if (isIdle) pending.isIdle = true;
    if (message.header.msg_type === 'execute_input') pending.input = message;
  }

  /** Those that something was said of, and that have not ended. */
  begun(): RequestHeader[] {
    const unanswered = [...this.#byMessage.values()].filter(({ hasBegun }) => hasBegun);
    return [...this.#settling.values(), ...unanswered.map(({ request }) => request)];
  }

  /** And those that were so when a new process was asked for last. */
  begunOrCutShort(): RequestHeader[] {
    return [...this.#cutShort, ...this.begun()];
  }

  /** Of all that are not answered, in order. */
  get requests(): readonly RequestHeader[] {
    return [...this.#byMessage.values()].map(({ request }) => request);
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

  /** Of these, those that were answered and after which the kernel was never heard to be idle; they are forgotten. */
  neverIdle(messageIds: readonly string[]): RequestHeader[] {
    return messageIds.flatMap((messageId) => this.#settling.take(messageId) ?? []);
  }

  /** A new process was asked for, and whoever did so knows. */
  forget(): void {
    this.#cutShort = this.begun();
    this.#byMessage = new BoundedMap(REMEMBERED);
    this.settle();
  }

  /** A kernel that is idle after one was so after those before it. */
  #settled(messageId: string): void {
    if (this.#settling.get(messageId) === undefined) return;
    for (const { header } of [...this.#settling.values()]) {
      this.#settling.take(header.msg_id);
      if (header.msg_id === messageId) return;
    }
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

/** Without parsing what may be large. */
function includes(frame: Uint8Array | undefined, text: string): boolean {
  if (frame === undefined) return false;
  return Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).includes(text);
}

function lostExecutionOf({ request, input }: Pending, wasRunning: boolean): LostExecution {
  const count = parseObject(input?.frames[3])['execution_count'];
  return { request, wasRunning, executionCount: typeof count === 'number' ? count : null };
}
