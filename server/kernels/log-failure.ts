import { EventLogError } from '../../event-log/event-log.ts';

export const REMEDY =
  'Free some space on the disk where the server keeps its state; if that does not help, restart the server.';

/** Whether the same append may succeed later, with more room or a better disk. */
export function mayPass(error: unknown): boolean {
  return hasCode(error, 'EVENT_LOG_DISK_FULL') || hasCode(error, 'EVENT_LOG_IO_FAILED');
}

/** The server has let go of the log: whoever opens it next goes on. */
export function isClosed(error: unknown): boolean {
  return hasCode(error, 'EVENT_LOG_CLOSED');
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function hasCode(error: unknown, code: EventLogError['code']): boolean {
  return error instanceof EventLogError && error.code === code;
}
