import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestedDirectory, workingDirectoryFor } from './working-directory.ts';

let root: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'working-')));
  await mkdir(join(root, 'a/b'), { recursive: true });
  await writeFile(join(root, 'a/note.ipynb'), '');
});
afterAll(() => rm(root, { recursive: true }));

describe('a kernel works', () => {
  test.each([
    { path: '', directory: '' },
    { path: 'a/b', directory: 'a/b' },
    { path: '/a/b/', directory: 'a/b' },
    { path: 'a/note.ipynb', directory: 'a' },
    // Lab's first path of a session is a random name (contract §4).
    { path: 'a/b/6fd5c9c8-random', directory: 'a/b' },
    { path: 'a/gone/deep/note.ipynb', directory: 'a' },
    { path: '../../etc', directory: '' },
    { path: 'a/../../..', directory: '' },
    { path: 'a/\0', directory: 'a' },
  ])('for $path in "$directory" of the root', async ({ path, directory }) => {
    expect(await workingDirectoryFor(root, path)).toBe(join(root, directory));
  });

  test.each([
    { asked: () => join(root, 'a/b'), directory: 'a/b' },
    { asked: () => 'a', directory: 'a' },
    { asked: () => '/etc', directory: '' },
    { asked: () => join(root, 'none'), directory: '' },
    { asked: () => `${root}-other`, directory: '' },
  ])('where a gateway client asks it to, within the root only ($directory)', async ({ asked, directory }) => {
    expect(await requestedDirectory(root, asked())).toBe(join(root, directory));
  });
});
