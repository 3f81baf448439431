import type { AgentTurnEvent } from '../../server/wire/agent-turn-event.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { makeServerFolders } from '../servers/server-folders.ts';
import type { Told } from '../doubles/agent-client.ts';
import { AgentClient, setPolicy } from '../doubles/agent-client.ts';
import { checkNotebook } from './check-notebook.ts';
import { NOTEBOOK, runAsPerson, savedCells, writeNotebook } from './notebook-at-work.ts';
import type { NotebookTask } from './notebook-task.ts';

/** In milliseconds, for a turn of a model. */
const TURN_LIMIT = 600_000;
const NOBODY_THERE = 'Nobody is there to ask. Do what seems right to you.';

/** Which model is asked, and how a server knows of it. */
export interface AskedModel {
  /** `provider:model`. */
  readonly id: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly args: readonly string[];
}

export interface Attempt {
  readonly name: string;
  /** What is wrong; null where the task was done. */
  readonly problem: string | null;
  /** From the question to the end of the turn. */
  readonly seconds: number;
  readonly toolCalls: number;
  /** What tools said of calls that failed. */
  readonly failures: readonly string[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The model's last words. */
  readonly answer: string;
}

/** One attempt at a task, on a server of its own, with all that the agent wants to do allowed. */
export async function playTask(name: string, task: NotebookTask, model: AskedModel): Promise<Attempt> {
  const folders = makeServerFolders();
  writeNotebook(folders.root, task.cells, task.files);
  const args = ['--collaboration', 'on', '--log-level', 'warn', ...model.args];
  const server = await startOurServer({ folders, args, environment: model.environment });
  try {
    const codeCells = task.cells.filter(({ type }) => type === 'code').map(({ id }) => id);
    await runAsPerson(server, task.ran ?? codeCells);
    await setPolicy(server, { effects: { edits: 'allow', runs: 'allow', destroys: 'allow' } });
    const { outcome, seconds, events } = await askAgent(server, task, model.id);
    const answers = events.filter((event) => event.type === 'model-answered');
    const answer = answers.at(-1)?.text ?? '';
    const problem =
      outcome.type === 'done'
        ? await checkNotebook(server, task, await savedCells(server), answer)
        : `The turn did not get to its end: ${JSON.stringify(outcome)}`;
    const sum = (count: (answered: (typeof answers)[number]) => number): number =>
      answers.reduce((total, answered) => total + count(answered), 0);
    return {
      ...{ name, problem, seconds, answer },
      toolCalls: sum(({ calls }) => calls.length),
      failures: events.flatMap((event) =>
        event.type === 'tool-ended' && event.isError ? saidIn(event) : [],
      ),
      inputTokens: sum(({ usage }) => usage?.inputTokens ?? 0),
      outputTokens: sum(({ usage }) => usage?.outputTokens ?? 0),
    };
  } finally {
    await server.close();
  }
}

async function askAgent(server: JupyterServerProcess, task: NotebookTask, model: string) {
  const client = await AgentClient.open(server, { path: NOTEBOOK });
  try {
    const begun = performance.now();
    const { question: text, selectedCells: selected_cells = [] } = task;
    const turnId = await client.ask({ model, text, selected_cells });
    const decided = new Set<string>();
    const open = (): Told<'approval-requested'> | undefined =>
      client.told('approval-requested').find(({ event }) => !decided.has(event.callId));
    const isOver = (): boolean => client.told('turn-ended').length > 0;
    for (;;) {
      await client.socket.until(() => isOver() || open() !== undefined, 'end of the turn', TURN_LIMIT);
      const callId = open()?.event.callId;
      if (isOver() || callId === undefined) break;
      // The tool that asks a person asks whatever is allowed.
      decided.add(callId);
      await client.approve(turnId, callId, { approve: true, remark: NOBODY_THERE });
    }
    const { event } = await client.ended(turnId);
    const seconds = (performance.now() - begun) / 1_000;
    return { outcome: event.outcome, seconds, events: client.told().map((told) => told.event) };
  } finally {
    await client.close();
  }
}

function saidIn({ content }: AgentTurnEvent & { type: 'tool-ended' }): string[] {
  return [content.map((part) => (part.type === 'text' ? part.text : '')).join(' ')];
}
