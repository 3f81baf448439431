import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NotebookTask } from './notebook-task.ts';

const FOLDER = join(import.meta.dirname, 'tasks');

/** All tasks by name: the name of its file is that of the task. */
export async function allTasks(): Promise<ReadonlyMap<string, NotebookTask>> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.ts'));
  const names = files.sort().map((file) => file.slice(0, -'.ts'.length));
  const loaded = names.map(async (name) => {
    const { task } = (await import(`./tasks/${name}.ts`)) as { task: NotebookTask };
    return [name, task] as const;
  });
  return new Map(await Promise.all(loaded));
}
