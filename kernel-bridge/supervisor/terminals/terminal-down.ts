import { z } from 'zod';
import { MalformedError } from '../../hosted/codec/malformed-error.ts';

/** What a server hears of terminals in JSON; `terminal-up.ts` tells the conversation. */
const id = z.int();
const count = z.int().nonnegative();
/** As `welcome` lists them, too. */
export const runningTerminal = z.object({ name: z.string(), lastActivity: z.number() });
export type RunningTerminal = z.infer<typeof runningTerminal>;

const opened = z.object({ type: z.literal('opened'), id, terminal: runningTerminal });
const refused = z.object({ type: z.literal('refused'), id, message: z.string() });
const terminated = z.object({ type: z.literal('terminated'), id });
/** All that a view is to show, which ends at this position. */
const replay = z.object({
  type: z.literal('replay'),
  view: id,
  position: count,
  isWhole: z.boolean(),
  text: z.string(),
});
const inputTaken = z.object({ type: z.literal('input-taken'), view: id, bytes: count });
const ended = z.object({ type: z.literal('ended'), terminal: z.string() });
/** At most each second, also while nobody looks. */
const active = z.object({ type: z.literal('active'), terminal: z.string(), time: z.number() });

const downSchema = z.discriminatedUnion('type', [
  opened,
  refused,
  terminated,
  replay,
  inputTaken,
  ended,
  active,
]);
export type TerminalDown = z.infer<typeof downSchema>;

const TYPES: ReadonlySet<unknown> = new Set(downSchema.options.map(({ shape }) => shape.type.value));
const anySchema = z.object({ type: z.string() });

/**
 * @returns null for a type that a newer supervisor may know
 * @throws MalformedError
 */
export function parseTerminalDown(payload: Buffer): TerminalDown | null {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString());
  } catch (cause) {
    throw new MalformedError('a message of terminals is not JSON', { cause });
  }
  const any = anySchema.safeParse(value);
  if (any.success && !TYPES.has(any.data.type)) return null;
  const parsed = downSchema.safeParse(value);
  if (!parsed.success)
    throw new MalformedError('a message of terminals is not as it should be', { cause: parsed.error });
  return parsed.data;
}
