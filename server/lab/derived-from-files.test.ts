import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DerivedFromFiles } from './derived-from-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'derived-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('is computed again when a file it looked at changes, appears or goes, and only then', async () => {
  const path = join(folder, 'a');
  let computed = 0;
  const derived = new DerivedFromFiles(async (inputs) => {
    computed += 1;
    return { text: await inputs.text(path) };
  });
  expect(await derived.get()).toEqual({ text: null });
  const absent = await derived.get();
  expect(await derived.get()).toBe(absent);
  await writeFile(path, 'one');
  expect(await derived.get()).toEqual({ text: 'one' });
  await writeFile(join(folder, 'unread'), 'x');
  await derived.get();
  await writeFile(path, 'longer');
  expect(await derived.get()).toEqual({ text: 'longer' });
  await rm(path);
  expect(await derived.get()).toEqual({ text: null });
  expect(computed).toBe(4);
});

test('a folder counts by its names, sorted', async () => {
  const derived = new DerivedFromFiles(async (inputs) => [
    await inputs.list(folder),
    await inputs.list(join(folder, 'missing')),
    await inputs.text(folder),
  ]);
  expect(await derived.get()).toEqual([[], [], null]);
  await writeFile(join(folder, 'b'), '');
  await writeFile(join(folder, 'a'), '');
  expect(await derived.get()).toEqual([['a', 'b'], [], null]);
});

test('all who ask meanwhile share one check, which sees what changed before they asked', async () => {
  const path = join(folder, 'a');
  await writeFile(path, 'one');
  let computed = 0;
  let release = (): void => undefined;
  let held: Promise<void> | undefined = new Promise((resolve) => (release = resolve));
  const derived = new DerivedFromFiles(async (inputs) => {
    computed += 1;
    const text = await inputs.text(path);
    await held;
    return text;
  });
  const first = derived.get();
  while (computed === 0) await Promise.resolve();
  await writeFile(path, 'another');
  const later = [derived.get(), derived.get(), derived.get()];
  held = undefined;
  release();
  await first;
  expect(await Promise.all(later)).toEqual(['another', 'another', 'another']);
  expect(computed).toBe(2);
});

test('a failure is told, and is not kept', async () => {
  let fails = true;
  const derived = new DerivedFromFiles(() =>
    fails ? Promise.reject(new Error('unreadable')) : Promise.resolve('value'),
  );
  await expect(derived.get()).rejects.toThrow('unreadable');
  fails = false;
  expect(await derived.get()).toBe('value');
});
