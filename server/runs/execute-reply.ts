import { z } from 'zod';
import type { RunOutcome } from './cell-run.ts';
import type { DisplayData } from './nbformat-output.ts';

/** What a cell learns from the reply to its request. */
export interface ExecuteReply {
  readonly outcome: RunOutcome;
  /** null where the kernel counts nothing, as for a request that it aborted. */
  readonly executionCount: number | null;
  /** `?` and `%pager` answer with a page, which JupyterLab shows below the cell (M4). */
  readonly page: DisplayData | null;
}

const replySchema = z.object({
  status: z.enum(['ok', 'error', 'aborted']).catch('error'),
  execution_count: z.int().nullable().catch(null),
  payload: z.array(z.unknown()).catch([]),
});
const pageSchema = z.object({ source: z.literal('page'), data: z.record(z.string(), z.unknown()) });

/** Lenient: a reply says that the run is over, whatever else is wrong with it. */
export function parseExecuteReply(content: unknown): ExecuteReply {
  const { status, execution_count: count, payload } = replySchema.parse(content);
  const page = payload.map((item) => pageSchema.safeParse(item).data).find((found) => found !== undefined);
  return {
    outcome: status,
    executionCount: count === 0 ? null : count,
    page:
      status !== 'ok' || page === undefined
        ? null
        : { output_type: 'display_data', data: page.data, metadata: {} },
  };
}
