import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Checkpoints } from './checkpoints.ts';
import { ServedRoot } from './served-root.ts';

// Root may write everywhere: whether a folder takes files is said by the test.
vi.mock('node:fs/promises', { spy: true });

let folder: string;
let checkpoints: Checkpoints;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'checkpoints-')));
  for (const name of ['one', 'two']) {
    await mkdir(join(folder, name, 'closed'), { recursive: true });
    await writeFile(join(folder, name, 'closed/a.txt'), name);
  }
  checkpoints = new Checkpoints(join(folder, 'data/elsewhere'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const served = (root: string) => new ServedRoot(join(folder, root), false).locate('closed/a.txt');

test('stand beside the file', async () => {
  await checkpoints.create(served('one'), false);
  expect(await readFile(join(folder, 'one/closed/.ipynb_checkpoints/a-checkpoint.txt'), 'utf8')).toBe('one');
  expect(await readdir(folder)).not.toContain('data');
});

test('of files that nothing can be put beside stand where only this person can enter, each root by itself', async () => {
  const { access } = await vi.importActual<typeof fs>('node:fs/promises');
  vi.mocked(fs.access).mockImplementation((path, mode) =>
    String(path).endsWith('closed') && mode === constants.W_OK
      ? Promise.reject(new Error('EACCES'))
      : access(path, mode),
  );
  for (const root of ['one', 'two']) await checkpoints.create(served(root), true);
  expect(await readdir(join(folder, 'one/closed'))).toEqual(['a.txt']);
  for (const path of ['data/elsewhere', join('data/elsewhere', folder, 'one/closed')])
    expect((await stat(join(folder, path))).mode & 0o077).toBe(0);
  await writeFile(join(folder, 'one/closed/a.txt'), 'changed');
  await checkpoints.restore(served('one'), 'checkpoint', () => Promise.resolve());
  expect(await readFile(join(folder, 'one/closed/a.txt'), 'utf8')).toBe('one');
  expect(await checkpoints.list(served('two'))).toHaveLength(1);
  await checkpoints.delete(served('two'), 'checkpoint');
  expect(await checkpoints.list(served('two'))).toEqual([]);
  expect(await checkpoints.list(served('one'))).toHaveLength(1);
});
