import type { NotebookTask } from './notebook-task.ts';
import type { Attempt } from './play-task.ts';
import { playTask } from './play-task.ts';
import type { ModelScript } from './scripted-models.ts';
import { environmentOf, startScriptedModel } from './scripted-models.ts';

/** One attempt of a model that follows a script. */
export async function playScripted(name: string, task: NotebookTask, script: ModelScript): Promise<Attempt> {
  const provider = await startScriptedModel(script);
  try {
    const environment = environmentOf(provider);
    return await playTask(name, task, { id: 'openai:scripted', environment, args: [] });
  } finally {
    await provider.close();
  }
}
