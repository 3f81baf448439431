import { z } from 'zod';

/** Who somebody is, in the words of Jupyter's `/api/me`. */
export const personSchema = z.object({
  username: z.string(),
  name: z.string(),
  display_name: z.string(),
  initials: z.string().nullable(),
  avatar_url: z.string().nullable(),
  color: z.string().nullable(),
});
export type Person = z.infer<typeof personSchema>;
