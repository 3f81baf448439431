import { z } from 'zod';
import { acknowledgedSchema } from './acknowledged.ts';
import {
  agentEventSchema,
  agentProgressSchema,
  agentThreadsChangedSchema,
  agentUnavailableSchema,
} from './agent-event.ts';
import { aliveSchema } from './alive.ts';
import { endedSchema } from './ended.ts';
import { openedSchema } from './opened.ts';
import { refusedSchema } from './refused.ts';
import { renamedSchema } from './renamed.ts';
import { runtimesChangedSchema } from './runtimes-follow.ts';
import { savedSchema } from './saved.ts';
import { welcomeSchema } from './welcome.ts';

/** What a page hears, in text frames. Kinds that it does not know it leaves alone. */
export const downSchema = z.discriminatedUnion('type', [
  welcomeSchema,
  openedSchema,
  refusedSchema,
  endedSchema,
  renamedSchema,
  acknowledgedSchema,
  savedSchema,
  aliveSchema,
  agentEventSchema,
  agentProgressSchema,
  agentUnavailableSchema,
  agentThreadsChangedSchema,
  runtimesChangedSchema,
]);
export type DownMessage = z.infer<typeof downSchema>;
