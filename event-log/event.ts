import type { AgentKeyEvent } from './events/agent-key.ts';
import type { AgentThreadEvent } from './events/agent-thread.ts';
import type { AgentTurnEvent } from './events/agent-turn.ts';
import type { DocumentEvent } from './events/document.ts';
import type { ExecutionEvent } from './events/execution.ts';
import type { FileEvent } from './events/file.ts';
import type { KernelEvent } from './events/kernel.ts';
import type { RunEvent } from './events/run.ts';
import type { RuntimeAgentEvent } from './events/runtime-agent.ts';
import type { SecondaryKernelEvent } from './events/secondary-kernel.ts';
import type { SessionEvent } from './events/session.ts';

/** Everything that can have happened: a closed union, discriminated by `type`. */
export type Event =
  | KernelEvent
  | ExecutionEvent
  | RunEvent
  | RuntimeAgentEvent
  | SecondaryKernelEvent
  | SessionEvent
  | FileEvent
  | DocumentEvent
  | AgentKeyEvent
  | AgentThreadEvent
  | AgentTurnEvent;

/** What a writer states of an event, beside its typed payload. */
export interface EventContext {
  /** Who did it: a user name, or `kernel:<id>`, or `server`. */
  readonly actor: string;
  /** What it answers: a Jupyter message id or the id of another event; null where nothing asked for it. */
  readonly causedBy: string | null;
  /** Bytes kept as they came, beside the typed payload (a Jupyter message's JSON parts and buffers). */
  readonly frames: readonly Uint8Array[];
}

export type NewEvent = Event & EventContext;

/** An event as the log gives it back. */
export type StoredEvent = NewEvent & {
  readonly stream: string;
  /** 1 for a stream's first event, then one more for each. */
  readonly sequence: number;
  /** Milliseconds since the epoch, when it was appended. */
  readonly time: number;
};
