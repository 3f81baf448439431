import { z } from 'zod';
import type { Tool } from '../../../ai-agent/tool.ts';
import { runReport } from '../run-report.ts';
import type { RunningPlace } from '../running-place.ts';

const schema = z.strictObject({
  run: z.string().describe('The id of the run.'),
  characters: z
    .number()
    .int()
    .min(200)
    .max(18_000)
    .default(6_000)
    .describe('So much of each output: its beginning and its end.'),
});
type Arguments = z.infer<typeof schema>;

export function readRun({ runs, may }: RunningPlace): Tool<Arguments> {
  return {
    name: 'read_run',
    description: 'Reads how far a run is and what it has put out so far, without waiting.',
    effect: 'reads',
    schema,
    timeLimit: 30_000,
    isRepeatable: true,
    async use({ run: runId, characters }) {
      may('read');
      const run = await runs.get(runId);
      return { content: runReport(run, characters), isError: false, details: null };
    },
  };
}
