import { z } from 'zod';
import type { Tool } from '../../../ai-agent/tool.ts';
import { runLine } from '../run-report.ts';
import type { RunningPlace } from '../running-place.ts';

const schema = z.strictObject({
  cell: z.string().nullish().describe('Only those of the cell with this id.'),
  limit: z.number().int().min(1).max(100).default(20),
});
type Arguments = z.infer<typeof schema>;

export function listRuns({ notebook, runs, may }: RunningPlace): Tool<Arguments> {
  return {
    name: 'list_runs',
    description:
      'Lists what was run in this notebook, by whomever, what runs now and what waits; newest first.',
    effect: 'reads',
    schema,
    timeLimit: 30_000,
    isRepeatable: true,
    async use({ cell, limit }) {
      may('read');
      const listed = await runs.list(await notebook.path(), cell ?? null, limit);
      const text = listed.length === 0 ? 'Nothing was run yet.' : listed.map(runLine).join('\n');
      return { content: [{ type: 'text', text }], isError: false, details: null };
    },
  };
}
