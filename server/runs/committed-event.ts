import type { NewEvent } from '../../event-log/event.ts';

/** An event of a kernel's stream, once it is in the log. */
export interface CommittedEvent {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly event: NewEvent;
}

/** Events of a kernel's stream that were appended in one. */
export interface CommittedEvents {
  readonly kernelId: string;
  /** Of the first of them; each further one has the next. */
  readonly firstSequence: number;
  readonly time: number;
  readonly events: readonly NewEvent[];
}
