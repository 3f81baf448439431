import { z } from 'zod';

/**
 * The page's number for one document that it has open, given by the page and good for this socket only. Binary frames
 * are the handle as a variable-length unsigned integer (lib0), then one y-protocols message:
 * - 0 sync: 0 a state vector (the other side answers with what it lacks), 1 that answer, 2 an update;
 * - 1 awareness;
 * - 2 part of a longer frame, from the server only, so that a page on a slow network sees that something comes: 1 for the
 *   last part and 0 for others, then bytes (with their length). All of them together are one frame, with its handle.
 * Handle 0 is the page itself: its awareness says who is here. It has no sync messages.
 */
export const handleSchema = z.int().positive().max(1_000_000);
