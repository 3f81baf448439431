import { z } from 'zod';
import { agentFollowSchema, agentUnfollowSchema, agentWatchSchema } from './agent-follow.ts';
import { closeSchema } from './close.ts';
import { helloSchema } from './hello.ts';
import { openSchema } from './open.ts';
import { runtimesUnwatchSchema, runtimesWatchSchema } from './runtimes-follow.ts';
import { saveSchema } from './save.ts';

/** What a page says, in text frames: the contents page of our protocol. Binary frames are described in `handle.ts`. */
export const upSchema = z.discriminatedUnion('type', [
  helloSchema,
  openSchema,
  closeSchema,
  saveSchema,
  agentFollowSchema,
  agentUnfollowSchema,
  agentWatchSchema,
  runtimesWatchSchema,
  runtimesUnwatchSchema,
]);
export type UpMessage = z.infer<typeof upSchema>;
