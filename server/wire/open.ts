import { z } from 'zod';
import { documentKindSchema } from './document-kind.ts';
import { handleSchema } from './handle.ts';
import { historySchema } from './history.ts';

/**
 * The page wants to take part in a document. A page that has some of it already, from an earlier socket or from its own
 * storage, says which history that is (`known`): it is then found by its id, wherever its file is now, and refused as
 * `other-history` where the server's history is another one. Answered by `opened` or `refused`.
 *
 * After `opened` each side sends its state vector and answers the other's, so both have everything.
 */
export const openSchema = z.object({
  type: z.literal('open'),
  handle: handleSchema,
  /** An API path. */
  path: z.string().max(4096),
  kind: documentKindSchema,
  known: historySchema.optional(),
});
export type OpenMessage = z.infer<typeof openSchema>;
