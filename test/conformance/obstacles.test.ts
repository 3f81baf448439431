import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { heedsPermissions, mountSmallDisk, whyNoSmallDisk } from '../servers/small-disk.ts';
import { onlyStock } from './both-servers.ts';
import { compareRequests } from './compare-requests.ts';
import type { RequestRow } from './compare-requests.ts';
import { notebook } from './sample-files.ts';
import { startServerPair } from './server-pair.ts';

const row = (method: string, path: string, body?: unknown, note?: string): RequestRow => ({
  method,
  path: `/api/contents/${path}`,
  ...(body === undefined ? {} : { body }),
  ...(note === undefined ? {} : { note }),
});
const text = (content: string): unknown => ({ type: 'file', format: 'text', content });

describe('permissions', () => {
  const pair = startServerPair(
    ({ folders: { root } }) => {
      writeFileSync(join(root, 'read-only.txt'), 'as it was\n');
      writeFileSync(join(root, 'read-only.ipynb'), JSON.stringify(notebook('1')));
      writeFileSync(join(root, 'secret.txt'), 'unreadable\n');
      mkdirSync(join(root, 'closed'));
      writeFileSync(join(root, 'closed', 'a.txt'), 'a\n');
      mkdirSync(join(root, 'unlisted'));
      for (const name of ['read-only.txt', 'read-only.ipynb']) chmodSync(join(root, name), 0o444);
      chmodSync(join(root, 'secret.txt'), 0o000);
      chmodSync(join(root, 'closed'), 0o555);
      chmodSync(join(root, 'unlisted'), 0o000);
    },
    { startedBy: heedsPermissions },
  );
  // Nobody but root could remove them otherwise.
  afterAll(() => {
    for (const { folders } of [pair.stock, pair.ours])
      for (const name of ['closed', 'unlisted']) chmodSync(join(folders.root, name), 0o700);
  });
  compareRequests('requests', pair, [
    row('GET', '?content=1'),
    row('GET', 'read-only.txt'),
    row('PUT', 'read-only.txt', text('changed')),
    row('PUT', 'read-only.ipynb', { type: 'notebook', format: 'json', content: notebook('2') }),
    row('PUT', 'read-only.txt', { type: 'file', format: 'text', content: 'x', chunk: 1 }, 'chunk'),
    row('GET', 'read-only.txt', undefined, 'as it was'),
    row('GET', 'secret.txt'),
    row('GET', 'secret.txt?content=0'),
    {
      path: '/files/secret.txt',
      deviation: {
        because: 'what may not be read is forbidden, as it is below /api/contents',
        ours: { status: 403, reason: 'Forbidden' },
      },
    },
    row('GET', 'closed'),
    row('PUT', 'closed/new.txt', text('x')),
    row('PUT', 'closed/a.txt', text('changed'), 'a writable file in a read-only folder'),
    row('POST', 'closed', { type: 'file' }),
    row('POST', 'closed', { type: 'directory' }),
    row('PATCH', 'closed/a.txt', { path: 'closed/b.txt' }),
    {
      ...row('DELETE', 'closed/a.txt'),
      deviation: {
        because: 'a path is shown as it is, and not as Python shows its bytes',
        ours: {
          body: {
            message: "send2trash failed: [Errno 13] Permission denied: '<own>/root/closed/a.txt'",
            reason: null,
          },
        },
      },
    },
    row('POST', 'closed/a.txt/checkpoints'),
    row('GET', 'unlisted'),
    {
      ...row('GET', 'unlisted/x.txt'),
      deviation: {
        because: 'jupyter_server did not expect it and says only "Unhandled error"',
        ours: {
          status: 403,
          reason: 'Forbidden',
          body: { message: 'Permission denied: unlisted/x.txt', reason: null },
        },
      },
    },
  ]);
});

describe('links that lead out of the root', () => {
  const pair = startServerPair(({ folders: { root, own } }) => {
    mkdirSync(join(own, 'outside'));
    writeFileSync(join(own, 'outside', 'secret.txt'), 'outside of the root\n');
    symlinkSync(join(own, 'outside', 'secret.txt'), join(root, 'out.txt'));
    symlinkSync(join(own, 'outside'), join(root, 'out'));
  });
  compareRequests('requests', pair, [
    row('GET', '?content=1'),
    row('GET', 'out.txt'),
    row('GET', 'out'),
    row('GET', 'out/secret.txt'),
    {
      ...row('GET', 'out/../out.txt'),
      deviation: {
        because: 'one file has one path: sessions, documents and events know it by that',
        ours: { body: expect.objectContaining({ path: 'out.txt' }) },
      },
    },
    row('PUT', 'out/new.txt', text('x')),
    row('PUT', 'out.txt', text('x')),
    row('PATCH', 'out/secret.txt', { path: 'moved.txt' }),
    row('POST', '', { copy_from: 'out/secret.txt' }),
    { path: '/files/out.txt' },
    { path: '/files/out/secret.txt' },
    {
      ...row('DELETE', 'out.txt', undefined, 'it leads nowhere by now'),
      deviation: {
        because: 'a link that leads nowhere can be deleted like any other file',
        ours: {
          status: 204,
          reason: 'No Content',
          body: '',
          'header content-type': undefined,
          'header access-control-allow-origin': '',
        },
      },
    },
    row('DELETE', 'out'),
  ]);
  test('what they lead to is still there after the links are deleted', () => {
    for (const { folders } of [pair.stock, pair.ours])
      expect(readdirSync(join(folders.own, 'outside'))).not.toEqual([]);
  });
});

const noSmallDisk = whyNoSmallDisk();
if (noSmallDisk === null) describe('a full disk', fullDisk);
else process.stdout.write(`Full disks are not tested: ${noSmallDisk}.\n`);

function fullDisk(): void {
  const unmounts: (() => void)[] = [];
  const small = (server: JupyterServerProcess): string => join(server.folders.root, 'small');
  const pair = startServerPair((server) => {
    unmounts.push(mountSmallDisk(small(server), 1024 * 1024));
    writeFileSync(join(small(server), 'book.ipynb'), JSON.stringify(notebook('before')));
    writeFileSync(join(small(server), 'a.txt'), 'before\n');
  });
  afterAll(() => unmounts.forEach((unmount) => unmount()));

  const ignore = ['message'];
  const large = 'x'.repeat(2 * 1024 * 1024);
  compareRequests('requests', pair, [
    { ...row('PUT', 'small/a.txt', text(large)), ignore },
    { ...row('PUT', 'small/new.txt', text(large)), ignore },
    {
      ...row('PUT', 'small/book.ipynb', { type: 'notebook', format: 'json', content: notebook(large) }),
      ignore,
    },
    row('GET', 'small/a.txt?hash=1', undefined, 'as it was'),
    row('GET', 'small/book.ipynb?hash=1', undefined, 'as it was'),
    {
      ...row('PUT', 'small/a.txt', text('after\n'), 'once there is room'),
      before: (server) => rmSync(join(small(server), 'new.txt'), { force: true }),
    },
    row('GET', 'small/a.txt?hash=1', undefined, 'saved'),
  ]);
  test.skipIf(onlyStock)('leaves no part of what could not be saved, as jupyter_server does', () => {
    const { folders } = pair.ours;
    const names = readdirSync(join(folders.root, 'small')).filter((name) => name !== '.ipynb_checkpoints');
    expect(names.sort()).toEqual(['a.txt', 'book.ipynb']);
    expect(readFileSync(join(folders.root, 'small', 'book.ipynb'), 'utf8')).toBe(
      JSON.stringify(notebook('before')),
    );
  });
}
