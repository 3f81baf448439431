import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { parseObject } from '../message-part.ts';
import { untrackedMessageTypes } from './untracked-message-types.ts';

const UNTRACKED: ReadonlySet<string> = new Set(untrackedMessageTypes);

/** What REST says of a kernel's state and activity, as Jupyter reckons them (contract §2.4). */
export class ExecutionState {
  #state = 'starting';
  #hasAnswered = false;
  #lastActivity = Date.now();

  get current(): string {
    return this.#state;
  }

  /** In milliseconds since the epoch. */
  get lastActivity(): number {
    return this.#lastActivity;
  }

  /** A new process is starting; until it says so itself, the old state stands. */
  started(): void {
    this.#hasAnswered = false;
  }

  /** The kernel answered, to a request that nobody tracks. */
  answered(): void {
    this.#hasAnswered = true;
    if (this.#state === 'starting') this.#state = 'idle';
  }

  /** @param at when it was said, in milliseconds since the epoch */
  observe(message: KernelMessage, at = Date.now()): void {
    if (message.channel !== 'iopub') return;
    const { header, parentHeader } = message;
    const isParentTracked = parentHeader === null || isTracked(parentHeader.msg_type);
    if (isTracked(header.msg_type) || isParentTracked || this.#state === 'busy') this.#lastActivity = at;
    if (header.msg_type !== 'status') return;
    const state = parseObject(message.frames[3])['execution_state'];
    if (typeof state !== 'string') return;
    if (isParentTracked) this.#state = state === 'starting' && this.#hasAnswered ? 'idle' : state;
    else if (this.#state === 'starting' && state !== 'starting') this.#state = 'idle';
  }
}

function isTracked(messageType: string): boolean {
  return !UNTRACKED.has(messageType);
}
