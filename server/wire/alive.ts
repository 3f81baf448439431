import { z } from 'zod';

/**
 * Sent every ten seconds, because browsers do not show websocket's own pings to a page: one that hears nothing for
 * longer opens a new socket. Not answered; the browser answers the pings, even while the page is too busy to.
 */
export const aliveSchema = z.object({ type: z.literal('alive') });
export type AliveMessage = z.infer<typeof aliveSchema>;
