import { z } from 'zod';
import { handleSchema } from './handle.ts';

/** The page has closed the document; its cursors in it vanish. Not answered. */
export const closeSchema = z.object({ type: z.literal('close'), handle: handleSchema });
export type CloseMessage = z.infer<typeof closeSchema>;
