import { z } from 'zod';
import { handleSchema } from './handle.ts';

export const endSchema = z.enum([
  /** The document was deleted. */
  'deleted',
  /** The page sent an update although its person may only read (I7). It was not applied. */
  'read-only',
  /** The page sent what is no Yjs update. It was not applied. */
  'malformed-update',
  /** Its history cannot be gone on with: the disk is full, the log is damaged. What was acknowledged is kept. */
  'failed',
  /** The server stops; another will be there soon. */
  'server-closing',
]);
export type End = z.infer<typeof endSchema>;

/** The page takes no part in the document any more; the handle is free again. */
export const endedSchema = z.object({
  type: z.literal('ended'),
  handle: handleSchema,
  reason: endSchema,
  message: z.string(),
});
export type EndedMessage = z.infer<typeof endedSchema>;
