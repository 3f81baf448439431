import { z } from 'zod';

/**
 * What is under OUTPUT_REFERENCE_MIME. `GET /api/in-the-loop/v1/outputs/<sha256>` has the output that it stands for, as nbformat stores
 * it. Other renderers show the fallback beside it.
 */
export const outputReferenceSchema = z.object({
  version: z.literal(1),
  /** Of the output as JSON, with its keys in order. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Bytes of that. */
  size: z.number().int().nonnegative(),
  /** Its data's; of what has no data, `text/plain`. */
  mime_types: z.array(z.string()),
  /** CSS pixels that it will roughly need; null where nobody knows. */
  height: z.number().nonnegative().nullable(),
});

export type OutputReference = z.infer<typeof outputReferenceSchema>;
