import { z } from 'zod';
import { handleSchema } from './handle.ts';

/** Write the file now instead of in a moment, with all that the page sent before this. Answered by `saved`. */
export const saveSchema = z.object({
  type: z.literal('save'),
  handle: handleSchema,
  /** The page's number for this request. */
  request: z.int().nonnegative(),
});
export type SaveMessage = z.infer<typeof saveSchema>;
