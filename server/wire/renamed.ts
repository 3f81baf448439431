import { z } from 'zod';
import { handleSchema } from './handle.ts';

/** The document's file is somewhere else now: renamed or moved by somebody, here or on the disk. */
export const renamedSchema = z.object({ type: z.literal('renamed'), handle: handleSchema, path: z.string() });
export type RenamedMessage = z.infer<typeof renamedSchema>;
