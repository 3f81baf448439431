import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Trash, trashInfo } from './trash.ts';

let folder: string;
let trash: Trash;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'trash-')));
  trash = new Trash(join(folder, 'share'));
});
afterEach(() => rm(folder, { recursive: true }));

const inTrash = (...path: string[]): string => join(folder, 'share', 'Trash', ...path);
const put = async (name: string, text: string): Promise<void> => {
  await writeFile(join(folder, name), text);
  await trash.put(join(folder, name));
};

test('what is put there can be found again: the bytes, and a note of where they were', async () => {
  await put('a b.txt', 'bytes');
  expect(await readFile(inTrash('files', 'a b.txt'), 'utf8')).toBe('bytes');
  const note = await readFile(inTrash('info', 'a b.txt.trashinfo'), 'utf8');
  expect(note).toMatch(
    /^\[Trash Info\]\nPath=\/.*\/a%20b\.txt\nDeletionDate=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\n$/,
  );
  expect(await readdir(folder)).toEqual(['share']);
});

test('one of the same name gets another one, also when several come at once', async () => {
  await put('a.txt', 'first');
  await put('a.txt', 'second');
  await Promise.all(
    ['x', 'y', 'z'].map(async (directory) => {
      await mkdir(join(folder, directory));
      await writeFile(join(folder, directory, 'a.txt'), directory);
      await trash.put(join(folder, directory, 'a.txt'));
    }),
  );
  const names = await readdir(inTrash('files'));
  const texts = await Promise.all(names.map((name) => readFile(inTrash('files', name), 'utf8')));
  expect(texts.sort()).toEqual(['first', 'second', 'x', 'y', 'z']);
  expect((await readdir(inTrash('info'))).sort()).toEqual(names.map((name) => `${name}.trashinfo`).sort());
});

test('directories go whole, links as links', async () => {
  await mkdir(join(folder, 'd', 'e'), { recursive: true });
  await writeFile(join(folder, 'd', 'e', 'a.txt'), 'deep');
  await symlink('nowhere', join(folder, 'link'));
  await trash.put(join(folder, 'd'));
  await trash.put(join(folder, 'link'));
  expect(await readFile(inTrash('files', 'd', 'e', 'a.txt'), 'utf8')).toBe('deep');
  expect((await readdir(inTrash('files'))).sort()).toEqual(['d', 'link']);
});

test('what is not there is refused, and leaves no note', async () => {
  await expect(trash.put(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(folder)).toEqual([]);
});

test('a note is in local time and escapes the path', () => {
  const local = new Date(2026, 0, 2, 3, 4, 5);
  expect(trashInfo('/a/é%\n.txt', local)).toBe(
    '[Trash Info]\nPath=/a/%C3%A9%25%0A.txt\nDeletionDate=2026-01-02T03:04:05\n',
  );
});
