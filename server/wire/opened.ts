import { z } from 'zod';
import { handleSchema } from './handle.ts';

/** The document is this one; its binary frames may flow. */
export const openedSchema = z.object({
  type: z.literal('opened'),
  handle: handleSchema,
  documentId: z.string(),
  epoch: z.string(),
  /** Where its file is now. */
  path: z.string(),
  /** Updates of this page would be refused. */
  readOnly: z.boolean(),
});
export type OpenedMessage = z.infer<typeof openedSchema>;
