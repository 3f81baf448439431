import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Tool, ToolPreview, ToolResult } from '../../../ai-agent/tool.ts';
import { ToolError } from '../../../ai-agent/tool.ts';
import { runnableDocument } from '../../runnable-document.ts';
import type { AgentBatch, AgentRuns } from '../agent-runs.ts';
import { isOver } from '../agent-runs.ts';
import { runReport } from '../run-report.ts';
import type { RunningPlace } from '../running-place.ts';
import { waitForRuns } from '../wait-for-runs.ts';

const schema = z.strictObject({
  cells: z
    .array(z.string())
    .min(1)
    .max(200)
    .describe('The ids of the code cells, in the order in which they are to be run.'),
  stop_on_error: z
    .boolean()
    .default(true)
    .describe('Whether a cell that fails keeps those behind it from running.'),
  wait: z.number().min(0).max(45).default(20).describe('So many seconds it waits for the end.'),
});
type Arguments = z.infer<typeof schema>;

/** Of what the runs of a call put out, for the model: characters. */
const ROOM = 16_000;

export function runCells({ place, notebook, runs, may }: RunningPlace): Tool<Arguments> {
  const sourcesOf = async (
    cells: readonly string[],
  ): Promise<readonly { cellId: string; source: string }[]> => {
    const runnable = runnableDocument(await notebook.document());
    const all = runnable !== null && 'notebook' in runnable ? runnable.notebook.cells : [];
    return cells.map((cellId) => {
      const cell = all.find(({ id }) => id === cellId);
      if (cell === undefined) throw new ToolError(`There is no cell ${cellId}. Nothing was run.`);
      if (!cell.isCode) throw new ToolError(`The cell ${cellId} is no code cell. Nothing was run.`);
      return { cellId, source: cell.source };
    });
  };
  return {
    name: 'run_cells',
    description:
      'Runs code cells of the notebook, as if the person did, and answers what they put out. What has not ended after a while goes on: then it answers the ids of the runs, for await_run. People are shown the code as it is when you call this, so edit first and run in your next answer.',
    effect: 'runs',
    schema,
    timeLimit: 90_000,
    isRepeatable: true,
    async preview({ cells }): Promise<ToolPreview> {
      may('execute');
      return { kind: 'code', path: await notebook.path(), cells: await sourcesOf(cells) };
    },
    async use({ cells, stop_on_error: stopsOnError, wait }, context) {
      const { effectId, shown, signal } = context;
      may('execute');
      const path = await notebook.path();
      const asked = {
        requestId: effectId,
        path,
        cells,
        sourceHashes: hashesOf(shown?.['cells'] ?? (await sourcesOf(cells))),
        stopsOnError,
      };
      const { requestId } = await runs.request(asked, place.agent);
      const batch = await waitForRuns(
        runs,
        async () => {
          const now = await runs.batch(requestId);
          const at = now.runs.find(({ status }) => status === 'running');
          if (at !== undefined) context.progress(`Running cell ${at.cellId}`);
          return now;
        },
        (now) => now.isOver || now.runs.some(({ prompt }) => prompt !== null),
        { milliseconds: wait * 1000, signal },
      );
      return resultOf(runs, path, batch);
    },
  };
}

/** What people were shown is what is run: of another source the queue runs nothing. */
function hashesOf(shown: unknown): Record<string, string> {
  const cells = z.array(z.object({ cellId: z.string(), source: z.string() })).parse(shown);
  return Object.fromEntries(
    cells.map(({ cellId, source }) => [cellId, createHash('sha256').update(source).digest('hex')]),
  );
}

async function resultOf(runs: AgentRuns, path: string, batch: AgentBatch): Promise<ToolResult> {
  const content: ToolResult['content'][number][] = [];
  const room = Math.max(500, ROOM / Math.max(1, batch.runs.length));
  for (const { id } of batch.runs) content.push(...runReport(await runs.get(id), room));
  if (batch.reason !== null) content.push({ type: 'text', text: `The rest was not run: ${batch.reason}` });
  const open = batch.runs.filter((run) => !isOver(run));
  if (open.length > 0) {
    const ids = open.map(({ id }) => id).join(', ');
    content.push({ type: 'text', text: `Not over yet, and going on: await_run waits for ${ids}.` });
  }
  if (batch.runs.length === 0) content.push({ type: 'text', text: 'There is no code in these cells.' });
  const details = {
    path,
    runIds: batch.runs.map(({ id }) => id),
    cellIds: batch.runs.map(({ cellId }) => cellId),
  };
  const isError = batch.runs.some(({ status }) => status === 'failed' || status === 'lost');
  return { content, isError, details };
}
