import { expect, test } from 'vitest';
import { allTasks } from './all-tasks.ts';
import { playScripted } from './play-scripted.ts';
import { idling, solving } from './scripted-models.ts';

// All thirty, one by one: `npm run eval -- --scripted` (docs/ai.md).

const tasks = await allTasks();
/** One of each kind; between them they read, edit, move, delete, create and run. */
const SHORT = [
  'used-before-defined',
  'line-of-a-column',
  'explain-long-output',
  'extract-function',
  'delete-drafts',
];

test('there are thirty tasks, of each kind some', () => {
  expect(tasks.size).toBe(30);
  expect(new Set([...tasks.values()].map(({ kind }) => kind)).size).toBe(6);
});

test.each(SHORT)(
  '%s is done by a model that does what is asked, and without a failed call',
  async (name) => {
    const task = tasks.get(name);
    if (task === undefined) throw new Error(`There is no task ${name}.`);
    expect(await playScripted(name, task, solving(task))).toMatchObject({ problem: null, failures: [] });
  },
  90_000,
);

test('a check is not content with a model that does nothing', async () => {
  for (const name of SHORT.slice(0, 1)) {
    const task = tasks.get(name);
    if (task === undefined) throw new Error(`There is no task ${name}.`);
    expect((await playScripted(name, task, idling(task))).problem).not.toBeNull();
  }
}, 90_000);
