import { z } from 'zod';
import { handleSchema } from './handle.ts';

/**
 * So many of the page's sync frames with changes (answers to the server's state vector, and updates), counted from
 * `opened` on, are in the server's log (I1). Several may be acknowledged at once.
 */
export const acknowledgedSchema = z.object({
  type: z.literal('acknowledged'),
  handle: handleSchema,
  updates: z.int().nonnegative(),
});
export type AcknowledgedMessage = z.infer<typeof acknowledgedSchema>;
