import { z } from 'zod';
import { personSchema } from './person.ts';

/** The answer to `hello`: the page may open documents now. One that speaks an unknown protocol is closed instead. */
export const welcomeSchema = z.object({
  type: z.literal('welcome'),
  protocol: z.int().positive(),
  /** The version of the server; another one than at the last welcome is a server that was upgraded. */
  server: z.string(),
  /** Who the server takes this page for. */
  person: personSchema,
});
export type WelcomeMessage = z.infer<typeof welcomeSchema>;
