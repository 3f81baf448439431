import type { NewEvent } from '../../event-log/event.ts';

/** Events of a kernel's stream that were appended in one. */
export interface CommittedEvents {
  readonly kernelId: string;
  /** Of the first of them; each further one has the next. */
  readonly firstSequence: number;
  /** Milliseconds since the epoch, a little after that in the log. */
  readonly time: number;
  readonly events: readonly NewEvent[];
}
