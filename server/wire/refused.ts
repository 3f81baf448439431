import { z } from 'zod';
import { handleSchema } from './handle.ts';

export const refusalSchema = z.enum([
  /** There is no such file, and no history of one. */
  'file-not-found',
  /** A directory, no UTF-8 text, no valid notebook. */
  'not-shareable',
  /** The server's history is another one than the page's, or it has none: nothing may be merged (I3). */
  'other-history',
  /** This person may not read it. */
  'forbidden',
  /** The server cannot read its history, or has too much to do. It may be tried again later. */
  'unavailable',
]);
export type Refusal = z.infer<typeof refusalSchema>;

/** The document is not opened; the handle is free again. */
export const refusedSchema = z.object({
  type: z.literal('refused'),
  handle: handleSchema,
  code: refusalSchema,
  message: z.string(),
});
export type RefusedMessage = z.infer<typeof refusedSchema>;
