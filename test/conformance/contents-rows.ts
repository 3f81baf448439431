import { readFileSync, writeFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import type { RequestRow } from './compare-requests.ts';
import type { Deviation } from './deviation.ts';

/** The requests of tables about contents, in short. */
export const at = (path: string, query = ''): string =>
  `/api/contents${path === '' ? '' : `/${path}`}${query}`;
export const get = (path: string, query = ''): RequestRow => ({ path: at(path, query) });
export const put = (path: string, body: unknown, note?: string): RequestRow => ({
  method: 'PUT',
  path: at(path),
  body,
  ...(note === undefined ? {} : { note }),
});
export const post = (path: string, body?: unknown, note?: string): RequestRow => ({
  method: 'POST',
  path: at(path),
  ...(body === undefined ? {} : { body }),
  ...(note === undefined ? {} : { note }),
});
export const patch = (path: string, body: unknown, note?: string): RequestRow => ({
  method: 'PATCH',
  path: at(path),
  body,
  ...(note === undefined ? {} : { note }),
});
export const remove = (path: string): RequestRow => ({ method: 'DELETE', path: at(path) });
export const text = (content: string): unknown => ({ type: 'file', format: 'text', content });

export const differs = (row: RequestRow, because: string, ours: Deviation['ours']): RequestRow => ({
  ...row,
  deviation: { because, ours },
});
export const answer = (status: number, message: string): Deviation['ours'] => ({
  status,
  reason: STATUS_CODES[status],
  body: { message, reason: null },
});
/** Where jupyter_server fails and says nothing but "Unhandled error". */
export const explained = (row: RequestRow, status: number, message: string): RequestRow =>
  differs(
    row,
    'jupyter_server did not expect it and says only "Unhandled error"',
    status === 500 ? { body: { message, reason: null } } : answer(status, message),
  );

export const asNotebook = (content: unknown): unknown => ({ type: 'notebook', format: 'json', content });

/** What a save or a copy really wrote. */
export const onDisk = (name: string): RequestRow => ({
  path: at('on-disk.txt'),
  note: `${name} as it lies on the disk`,
  before: ({ folders }) =>
    writeFileSync(join(folders.root, 'on-disk.txt'), readFileSync(join(folders.root, name), 'utf8')),
});

export const ONE_NAME = 'one file has one path: sessions, documents and events know it by that';
