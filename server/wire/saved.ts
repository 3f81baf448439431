import { z } from 'zod';
import { handleSchema } from './handle.ts';

/** The answer to `save`. Without `error`, the file has what the document had. */
export const savedSchema = z.object({
  type: z.literal('saved'),
  handle: handleSchema,
  request: z.int().nonnegative(),
  /** Why the file could not be written, for people. The document itself is safe in the log. */
  error: z.string().optional(),
});
export type SavedMessage = z.infer<typeof savedSchema>;
