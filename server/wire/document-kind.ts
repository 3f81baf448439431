import { z } from 'zod';

/** What a file is shared as, in the words of Jupyter's contents API. */
export const documentKindSchema = z.union([
  z.object({ type: z.literal('notebook'), format: z.literal('json') }),
  z.object({ type: z.literal('file'), format: z.literal('text') }),
]);
export type WireDocumentKind = z.infer<typeof documentKindSchema>;
