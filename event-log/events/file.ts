import { z } from 'zod';

/**
 * What was done to files through the server, in the one stream `files`. Contents are not in the log, hashes are: they
 * name the blobs that hold earlier versions.
 */
export const fileEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('file-saved'),
    version: z.literal(1),
    data: z.object({ path: z.string(), size: z.int(), sha256: z.string().nullable() }),
  }),
  /** Before it was replaced, a file held this, which was not saved through the server, or not known to be. */
  z.object({
    type: z.literal('file-found'),
    version: z.literal(1),
    data: z.object({ path: z.string(), size: z.int(), sha256: z.string() }),
  }),
  z.object({
    type: z.literal('file-renamed'),
    version: z.literal(1),
    data: z.object({ from: z.string(), to: z.string() }),
  }),
  z.object({
    type: z.literal('file-copied'),
    version: z.literal(1),
    data: z.object({ from: z.string(), to: z.string() }),
  }),
  z.object({ type: z.literal('file-deleted'), version: z.literal(1), data: z.object({ path: z.string() }) }),
]);

export type FileEvent = z.infer<typeof fileEventSchema>;
