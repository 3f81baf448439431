import { expect, test } from 'vitest';
import { KeyedLock } from './keyed-lock.ts';

/** A task that is under way until it is told to end. */
function heldTask(journal: string[], name: string): { task: () => Promise<void>; end: () => void } {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const task = async (): Promise<void> => {
    journal.push(`${name} begins`);
    await ended;
    journal.push(`${name} ends`);
  };
  return { task, end };
}

test('tasks of one key come one after another, in the order in which they were asked for', async () => {
  const lock = new KeyedLock();
  const journal: string[] = [];
  const [first, second] = [heldTask(journal, 'first'), heldTask(journal, 'second')];
  const runs = [lock.run('a', first.task), lock.run('a', second.task)];
  second.end();
  await Promise.resolve();
  expect(journal).toEqual(['first begins']);
  first.end();
  await Promise.all(runs);
  expect(journal).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

test('tasks of different keys run side by side', async () => {
  const lock = new KeyedLock();
  const journal: string[] = [];
  const held = heldTask(journal, 'a');
  const run = lock.run('a', held.task);
  expect(await lock.run('b', () => Promise.resolve('b is done'))).toBe('b is done');
  held.end();
  await run;
});

test('a task that fails tells its own caller, and the next one starts all the same', async () => {
  const lock = new KeyedLock();
  const failing = lock.run('a', () => Promise.reject(new Error('failed')));
  const next = lock.run('a', () => Promise.resolve('next'));
  await expect(failing).rejects.toThrow('failed');
  expect(await next).toBe('next');
});

test('tasks of several keys, asked for in opposite orders, do not wait for each other for ever', async () => {
  const lock = new KeyedLock();
  const journal: string[] = [];
  const task = (name: string) => async (): Promise<void> => {
    journal.push(name);
    await Promise.resolve();
    journal.push(name);
  };
  await Promise.all([
    lock.runAll(['a', 'b'], task('one')),
    lock.runAll(['b', 'a'], task('two')),
    lock.run('b', task('three')),
  ]);
  expect(journal).toEqual([journal[0], journal[0], journal[2], journal[2], journal[4], journal[4]]);
  expect(new Set(journal).size).toBe(3);
});

test('a key named twice is taken once', async () => {
  expect(await new KeyedLock().runAll(['a', 'a'], () => Promise.resolve('done'))).toBe('done');
});
