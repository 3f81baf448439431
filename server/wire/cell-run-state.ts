import { z } from 'zod';

/** Key of a code cell's Y.Map in a shared notebook, where the server says of a run that is not over how far it is. */
export const CELL_RUN_KEY = 'in_the_loop_run';

/**
 * What is under that key while a cell's latest run waits or is under way; afterwards there is nothing. Only the server
 * writes it (I2). `execution_state` is `running` all the while, which is what JupyterLab itself shows.
 */
export const cellRunStateSchema = z.object({
  /** As `/api/in-the-loop/v1/runs` calls it. */
  run_id: z.string(),
  status: z.enum(['queued', 'running']),
  /** A user name. */
  who: z.string(),
  /** ISO 8601; null before it runs. */
  started: z.string().nullable(),
  /** What its kernel waits for somebody to type: `POST /api/in-the-loop/v1/runs/<run_id>/input` answers it, once. */
  prompt: z.object({ message_id: z.string(), prompt: z.string(), is_password: z.boolean() }).nullable(),
});

export type CellRunState = z.infer<typeof cellRunStateSchema>;
