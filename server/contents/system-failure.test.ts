import { expect, test } from 'vitest';
import { ContentError } from './content-error.ts';
import { isMissing, isSystemError, systemErrorText, systemFailure } from './system-failure.ts';

const systemError = (code: string, errno: number, syscall = 'open'): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: as Node words it`), { code, errno: -errno, syscall });
const failure = (error: unknown): ContentError =>
  systemFailure(error, 'Unexpected error while saving file: a', 'a', '/root/a');

test.each([
  ['ENOSPC', 28, 'write', '[Errno 28] No space left on device'],
  ['EIO', 5, 'fsync', '[Errno 5] Input/output error'],
  ['ENOENT', 2, 'open', "[Errno 2] No such file or directory: '/root/a'"],
  ['EISDIR', 21, 'open', "[Errno 21] Is a directory: '/root/a'"],
  ['EUNHEARD', 999, 'open', "[Errno 999] EUNHEARD: as Node words it: '/root/a'"],
])('%s is told in Python’s words', (code, errno, syscall, expected) => {
  expect(systemErrorText(systemError(code, errno, syscall), '/root/a')).toBe(expected);
});

test('what the system forbids is forbidden', () => {
  for (const code of ['EACCES', 'EPERM']) {
    expect(failure(systemError(code, 13))).toMatchObject({
      code: 'forbidden',
      status: 403,
      message: 'Permission denied: a',
    });
  }
});

test('anything else is a failure, with its cause', () => {
  const full = systemError('ENOSPC', 28, 'write');
  expect(failure(full)).toMatchObject({ code: 'failed', status: 500, cause: full });
  expect(failure(full).message).toBe(
    'Unexpected error while saving file: a [Errno 28] No space left on device',
  );
  expect(failure(new RangeError('too deep'))).toMatchObject({ code: 'failed', status: 500 });
});

test('what was already said is not said again', () => {
  const error = new ContentError('exists', 'there');
  expect(failure(error)).toBe(error);
});

test('only errors of the system count as such', () => {
  expect([isSystemError(systemError('EIO', 5)), isSystemError(new Error('x')), isSystemError(null)]).toEqual([
    true,
    false,
    false,
  ]);
  expect([isMissing(systemError('ENOTDIR', 20)), isMissing(systemError('EACCES', 13))]).toEqual([
    true,
    false,
  ]);
});
