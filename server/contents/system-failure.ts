import { ContentError } from './content-error.ts';
import { reprText } from '../python-text.ts';

/** What Python says of the system's errors (`os.strerror` on Linux): people search for these words. */
const words: Readonly<Record<string, string>> = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  EIO: 'Input/output error',
  EAGAIN: 'Resource temporarily unavailable',
  ENOMEM: 'Cannot allocate memory',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EXDEV: 'Invalid cross-device link',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  ENFILE: 'Too many open files in system',
  EMFILE: 'Too many open files',
  EFBIG: 'File too large',
  ENOSPC: 'No space left on device',
  EROFS: 'Read-only file system',
  EMLINK: 'Too many links',
  ENAMETOOLONG: 'File name too long',
  ENOTEMPTY: 'Directory not empty',
  ELOOP: 'Too many levels of symbolic links',
  ESTALE: 'Stale file handle',
  EDQUOT: 'Disk quota exceeded',
  ENXIO: 'No such device or address',
};

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string' && 'syscall' in error
  );
}

/** True for a path that leads nowhere. */
export const isMissing = (error: unknown): boolean =>
  isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** @param diskPath the file that was meant; named where Python names it, not for a failed write to an open file */
export function systemErrorText(error: NodeJS.ErrnoException, diskPath: string): string {
  const text = `[Errno ${Math.abs(error.errno ?? 0)}] ${words[error.code ?? ''] ?? error.message}`;
  return error.syscall === 'write' || error.syscall === 'fsync' ? text : `${text}: ${reprText(diskPath)}`;
}

/**
 * Jupyter's words for a failed save, and the like: what the system forbids is 403, a name that it cannot take is 400,
 * anything else 500.
 * @param sentence how the message begins, e.g. `Unexpected error while saving file: a.txt`
 */
export function systemFailure(
  error: unknown,
  sentence: string,
  path: string,
  diskPath: string,
): ContentError {
  if (error instanceof ContentError) return error;
  if (!isSystemError(error)) {
    return new ContentError('failed', `${sentence} ${String(error)}`, null, { cause: error });
  }
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new ContentError('forbidden', `Permission denied: ${path}`, null, { cause: error });
  }
  const code = error.code === 'ENAMETOOLONG' ? 'invalid' : 'failed';
  return new ContentError(code, `${sentence} ${systemErrorText(error, diskPath)}`, null, { cause: error });
}
