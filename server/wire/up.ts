import { z } from 'zod';
import { closeSchema } from './close.ts';
import { helloSchema } from './hello.ts';
import { openSchema } from './open.ts';
import { saveSchema } from './save.ts';

/** What a page says, in text frames: the contents page of our protocol. Binary frames are described in `handle.ts`. */
export const upSchema = z.discriminatedUnion('type', [helloSchema, openSchema, closeSchema, saveSchema]);
export type UpMessage = z.infer<typeof upSchema>;
