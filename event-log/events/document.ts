import { z } from 'zod';

const kindSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('notebook'), format: z.literal('json') }),
  z.object({ type: z.literal('file'), format: z.literal('text') }),
]);

/** What document and file had in common when they last agreed, and which file that was. */
const syncedSchema = z.object({
  /** SHA-256 of the file's bytes. */
  sha256: z.string(),
  /** Device and inode as text (`2049:131`); null where the file system has none. */
  inode: z.string().nullable(),
});

/**
 * Shared documents. In the one stream `documents`, which there are and where their files are; in the stream
 * `document:<id>` of each, its history as Yjs updates; where that was damaged, `document:<id>:<epoch>` has what follows.
 */
export const documentEventSchema = z.discriminatedUnion('type', [
  /** A file is shared for the first time, or anew under the same id where the log had lost its history. */
  z.object({
    type: z.literal('document-created'),
    version: z.literal(1),
    data: z.object({ documentId: z.string(), epoch: z.string(), path: z.string(), kind: kindSchema }),
  }),
  z.object({
    type: z.literal('document-moved'),
    version: z.literal(1),
    data: z.object({ documentId: z.string(), path: z.string() }),
  }),
  /** Its file was deleted through the server. Its history is kept for a while. */
  z.object({
    type: z.literal('document-deleted'),
    version: z.literal(1),
    data: z.object({ documentId: z.string() }),
  }),
  z.object({
    type: z.literal('document-synced'),
    version: z.literal(1),
    data: z.object({ documentId: z.string(), synced: syncedSchema }),
  }),
  /** All that the events before it say. */
  z.object({
    type: z.literal('documents-listed'),
    version: z.literal(1),
    data: z.object({
      documents: z.array(
        z.object({
          documentId: z.string(),
          epoch: z.string(),
          path: z.string(),
          kind: kindSchema,
          isDeleted: z.boolean(),
          /** Milliseconds since the epoch; as the event itself, where it does not say. */
          deletedAt: z.number().nullable().optional(),
          synced: syncedSchema.nullable(),
        }),
      ),
    }),
  }),
  /** Changes by one actor. Frames: Yjs updates (encoding 1), in order. */
  z.object({ type: z.literal('document-updated'), version: z.literal(1), data: z.object({}) }),
  /**
   * Frames: everything until now as one Yjs update, and, if any, the cells that were removed and are remembered, the oldest
   * first (Yjs client and clock, two varuints each). The events before it are no longer needed.
   */
  z.object({ type: z.literal('document-compacted'), version: z.literal(1), data: z.object({}) }),
]);

export type DocumentEvent = z.infer<typeof documentEventSchema>;
