import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BoundedDirectory } from './bounded-directory.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bounded-'));
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});
const later = (milliseconds: number): void => void vi.setSystemTime(Date.now() + milliseconds);

test('what was written is read, also after a restart and after it was replaced', async () => {
  const path = join(folder, 'not', 'there', 'yet');
  const directory = new BoundedDirectory(path, 100);
  expect(await directory.read('a')).toBeNull();
  await directory.write('a', Buffer.from('one'));
  expect((await directory.read('a'))?.toString()).toBe('one');
  await directory.write('a', Buffer.from('two'));
  expect((await directory.read('a'))?.toString()).toBe('two');
  const again = new BoundedDirectory(path, 100);
  expect(await again.has('a')).toBe(true);
  expect((await again.read('a'))?.toString()).toBe('two');
  await again.remove('a');
  expect(await again.read('a')).toBeNull();
  expect(await readdir(path)).toEqual([]);
});

test('over its bound the least lately used go, from the disk too', async () => {
  const directory = new BoundedDirectory(folder, 9);
  for (const name of ['a', 'b', 'c']) {
    await directory.write(name, Buffer.from('xxx'));
    later(10);
  }
  await directory.read('a');
  later(10);
  await directory.write('d', Buffer.from('xxx'));
  expect((await readdir(folder)).sort()).toEqual(['a', 'c', 'd']);
  expect(await directory.read('b')).toBeNull();
});

test('one that was removed behind its back is gone, and no error', async () => {
  await writeFile(join(folder, 'a'), 'x');
  const directory = new BoundedDirectory(folder, 9);
  expect(await directory.has('a')).toBe(true);
  await rm(join(folder, 'a'));
  expect(await directory.read('a')).toBeNull();
  expect(await directory.has('a')).toBe(false);
});

test('what a crash left half-written is removed, and what another server writes just now is not', async () => {
  await writeFile(join(folder, 'old.tmp'), 'x');
  await utimes(join(folder, 'old.tmp'), new Date(0), new Date(0));
  await writeFile(join(folder, 'young.tmp'), 'x');
  await mkdir(join(folder, 'a-folder'));
  const directory = new BoundedDirectory(folder, 9);
  expect(await directory.has('old.tmp')).toBe(false);
  expect(await directory.has('a-folder')).toBe(false);
  expect((await readdir(folder)).sort()).toEqual(['a-folder', 'young.tmp']);
});

test('where the folder cannot be, writing says so and leaves nothing behind', async () => {
  await writeFile(join(folder, 'a-file'), 'x');
  const directory = new BoundedDirectory(join(folder, 'a-file', 'below'), 9);
  await expect(directory.write('a', Buffer.from('x'))).rejects.toThrow('ENOTDIR');
  expect(await directory.read('a')).toBeNull();
});
