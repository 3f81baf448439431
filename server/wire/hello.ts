import { z } from 'zod';

/** The page's first message on each socket, and the only one before `welcome`. */
export const helloSchema = z.object({
  type: z.literal('hello'),
  protocol: z.int().positive(),
});
export type HelloMessage = z.infer<typeof helloSchema>;
