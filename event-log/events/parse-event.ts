import { z } from 'zod';
import type { Event } from '../event.ts';
import { agentKeyEventSchema } from './agent-key.ts';
import { agentThreadEventSchema } from './agent-thread.ts';
import { agentTurnEventSchema } from './agent-turn.ts';
import { documentEventSchema } from './document.ts';
import { executionEventSchema } from './execution.ts';
import { fileEventSchema } from './file.ts';
import { kernelEventSchema } from './kernel.ts';
import { runEventSchema } from './run.ts';
import { runtimeAgentEventSchema } from './runtime-agent.ts';
import { secondaryKernelEventSchema } from './secondary-kernel.ts';
import { sessionEventSchema } from './session.ts';
import { upcast } from './upcast.ts';
import type { Upcasters } from './upcast.ts';

const eventSchema = z.discriminatedUnion('type', [
  kernelEventSchema,
  executionEventSchema,
  runEventSchema,
  runtimeAgentEventSchema,
  secondaryKernelEventSchema,
  sessionEventSchema,
  fileEventSchema,
  documentEventSchema,
  agentKeyEventSchema,
  agentThreadEventSchema,
  agentTurnEventSchema,
]);

const envelopeSchema = z.object({
  type: z.string(),
  version: z.int(),
  time: z.number(),
  actor: z.string(),
  causedBy: z.string().nullable(),
  data: z.unknown(),
});

const currentVersions: ReadonlyMap<string, number> = new Map(
  eventSchema.options
    .flatMap((vocabulary) => [...vocabulary.options])
    .map(({ shape }) => [shape.type.value, shape.version.value]),
);

export interface ParsedEvent {
  readonly event: Event;
  readonly time: number;
  readonly actor: string;
  readonly causedBy: string | null;
}

/** `unknown`: written by a newer version of this program; `invalid`: not what any version writes. */
export class EventParseError extends Error {
  override readonly name = 'EventParseError';
  readonly reason: 'unknown' | 'invalid';

  constructor(reason: 'unknown' | 'invalid', message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/**
 * A stored envelope as an event of today's version.
 * @throws EventParseError
 */
export function parseEvent(envelope: unknown, steps?: Upcasters): ParsedEvent {
  const parsed = envelopeSchema.safeParse(envelope);
  if (!parsed.success) throw invalid('its envelope', parsed.error);
  const { time, actor, causedBy, ...stored } = parsed.data;
  const current = upcast(stored, steps);
  const event = eventSchema.safeParse(current);
  if (event.success) return { event: event.data, time, actor, causedBy };
  const known = currentVersions.get(current.type);
  if (known === undefined || current.version > known) {
    throw new EventParseError(
      'unknown',
      `${JSON.stringify(current.type)} of version ${current.version} is not known to this version of In the Loop; a newer one wrote it`,
    );
  }
  throw invalid(`${current.type} of version ${stored.version}`, event.error);
}

function invalid(what: string, error: z.ZodError): EventParseError {
  return new EventParseError('invalid', `${what} is malformed: ${z.prettifyError(error)}`, { cause: error });
}
