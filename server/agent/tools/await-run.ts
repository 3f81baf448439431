import { z } from 'zod';
import type { Tool } from '../../../ai-agent/tool.ts';
import { isOver } from '../agent-runs.ts';
import { runReport } from '../run-report.ts';
import type { RunningPlace } from '../running-place.ts';
import { waitForRuns } from '../wait-for-runs.ts';

const schema = z.strictObject({
  run: z.string().describe('The id of the run.'),
  wait: z.number().min(0).max(600).default(120).describe('So many seconds at most.'),
});
type Arguments = z.infer<typeof schema>;

const ROOM = 12_000;

export function awaitRun({ runs, may }: RunningPlace): Tool<Arguments> {
  return {
    name: 'await_run',
    description:
      'Waits for the end of a run, and answers what it put out. A run that has not ended by then goes on: call it again, or tell the person and end your turn.',
    effect: 'reads',
    schema,
    timeLimit: 630_000,
    isRepeatable: true,
    async use({ run: runId, wait }, { signal }) {
      may('read');
      const run = await waitForRuns(
        runs,
        () => runs.get(runId),
        (seen) => isOver(seen) || seen.prompt !== null,
        { milliseconds: wait * 1000, signal },
      );
      const details = { path: run.path, runIds: [run.id], cellIds: [run.cellId] };
      return { content: runReport(run, ROOM), isError: false, details };
    },
  };
}
