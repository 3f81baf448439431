import { EventLogError } from '../event-log.ts';

/** What `level`, or the file system under it, failed with, in the log's own codes. */
export function storeError(error: unknown, directory: string): EventLogError {
  if (error instanceof EventLogError) return error;
  const { code, message } = originOf(error);
  if (code === 'LEVEL_LOCKED') {
    return new EventLogError('EVENT_LOG_LOCKED', `Another process has the event log in ${directory} open.`, {
      cause: error,
    });
  }
  // LevelDB passes the system's sentence on, Node its error number: ENOSPC or EDQUOT.
  if (/no space left on device|quota exceeded/i.test(message)) return diskFull(directory, error);
  if (code === 'LEVEL_CORRUPTION') {
    return new EventLogError('EVENT_LOG_DAMAGED', `The event log in ${directory} is damaged: ${message}`, {
      cause: error,
    });
  }
  return new EventLogError('EVENT_LOG_IO_FAILED', `The event log in ${directory} failed: ${message}`, {
    cause: error,
  });
}

export function diskFull(directory: string, cause?: unknown): EventLogError {
  return new EventLogError(
    'EVENT_LOG_DISK_FULL',
    `The disk that holds ${directory} is full: nothing can be recorded until there is room.`,
    { cause },
  );
}

/** `level` wraps what kept it from opening, and nothing else. */
function originOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'LEVEL_DATABASE_NOT_OPEN' && error.cause instanceof Error) return originOf(error.cause);
  return { code, message: error.message };
}
