import { z } from 'zod';

/** One history of one document (I3): what a page has of it merges with nothing else. */
export const historySchema = z.object({
  documentId: z.string().min(1).max(200),
  epoch: z.string().min(1).max(200),
});
export type History = z.infer<typeof historySchema>;
