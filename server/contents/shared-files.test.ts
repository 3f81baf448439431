import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiskStore } from './disk-store.ts';

let folder: string;
let store: DiskStore;
/** Run while a file is being replaced. */
let meanwhile: () => Promise<void>;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'shared-files-')));
  meanwhile = () => Promise.resolve();
  store = new DiskStore({
    rootDirectory: folder,
    userData: join(folder, '.data'),
    prefix: folder,
    onChange: () => undefined,
    keepExisting: () => meanwhile(),
    warn: (message) => expect.unreachable(message),
  });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

test('a file is not replaced that another program writes meanwhile, or has written since (I6)', async () => {
  const { sharedFiles } = store;
  const file = join(folder, 'a.txt');
  await writeFile(file, 'one');
  const expected = await sharedFiles.state('a.txt');
  const writing = { bytes: Buffer.from('ours'), expected, keepsExisting: true };
  meanwhile = () => writeFile(file, 'theirs');
  expect(await sharedFiles.write('a.txt', writing)).toBeNull();
  meanwhile = () => Promise.resolve();
  expect(await sharedFiles.write('a.txt', writing)).toBeNull();
  expect(await readFile(file, 'utf8')).toBe('theirs');
  const now = await sharedFiles.state('a.txt');
  expect(await sharedFiles.write('a.txt', { ...writing, expected: now })).toMatchObject({
    state: await sharedFiles.state('a.txt'),
  });
  expect(await readFile(file, 'utf8')).toBe('ours');
});

test('a file that is expected not to be there replaces none', async () => {
  const { sharedFiles } = store;
  const writing = { bytes: Buffer.from('ours'), expected: null, keepsExisting: true };
  expect(await sharedFiles.write('a.txt', writing)).not.toBeNull();
  expect(await sharedFiles.write('a.txt', writing)).toBeNull();
});

test('I7: what is hidden is not there', async () => {
  const { sharedFiles } = store;
  await mkdir(join(folder, '.git'));
  for (const path of ['.env', '.git/config']) {
    await writeFile(join(folder, path), 'secret');
    expect(await sharedFiles.read(path)).toBeNull();
    expect(await sharedFiles.state(`folder/../${path}`)).toBeNull();
  }
});
