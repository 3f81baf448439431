import type { NewEvent } from '../../event-log/event.ts';

/** An event of a kernel's stream, once it is in the log. */
export interface CommittedEvent {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly event: NewEvent;
}
