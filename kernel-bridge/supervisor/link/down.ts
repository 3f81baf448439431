import { z } from 'zod';
import { KernelError, type KernelErrorCode, type LaunchRequest } from '../../kernel.ts';
import { PlaceError, type PlaceErrorCode } from '../../places/place-error.ts';
import { runningTerminal } from '../terminals/terminal-down.ts';
import { MalformedError } from '../../hosted/codec/malformed-error.ts';

/** What the supervisor says to a server in JSON; `up.ts` tells the conversation. */
const ERROR_CODES = [
  'KERNEL_SPEC_UNKNOWN',
  'KERNEL_LAUNCH_FAILED',
  'KERNEL_NOT_READY',
  'KERNEL_DEAD',
  'KERNEL_OVERLOADED',
  'KERNEL_SUPERVISOR_LOST',
  'KERNEL_MESSAGE_INVALID',
] as const satisfies readonly KernelErrorCode[];
const PLACE_ERROR_CODES = [
  'PLACE_UNREACHABLE',
  'PLACE_DENIED',
  'PLACE_HOST_KEY_UNKNOWN',
  'PLACE_HOST_KEY_CHANGED',
  'PLACE_UNFIT',
  'PLACE_REFUSED',
  'PLACE_AWAY',
] as const satisfies readonly PlaceErrorCode[];
const protocols = z.object({ min: z.int(), max: z.int() });
const position = z.int().nonnegative();
/** What of a kernel changes without an entry that tells it. */
const kernelState = z.object({
  kernelId: z.string(),
  pid: z.int().nullable(),
  connectionFile: z.string().nullable(),
  isOver: z.boolean(),
});
const error = z.object({
  code: z
    .enum([...ERROR_CODES, ...PLACE_ERROR_CODES])
    .nullable()
    .catch(null),
  message: z.string(),
  /** Of what a place refuses. */
  remedy: z.string().optional(),
  details: z.record(z.string(), z.string()).optional(),
});

const welcome = z.object({
  type: z.literal('welcome'),
  protocol: z.int(),
  program: z.string(),
  pid: z.int(),
  kernels: z.array(
    z.object({ launch: z.custom<LaunchRequest>(isObject), state: kernelState, last: position }),
  ),
  terminals: z.array(runningTerminal),
});
const unwelcome = z.object({ type: z.literal('unwelcome'), protocols, program: z.string() });
/** Another server has come; this one's connection ends. */
const takenOver = z.object({ type: z.literal('taken-over') });
const kernelStateChanged = z.object({ type: z.literal('kernel-state'), state: kernelState });
/** All up to this number has been handed to the kernel or refused. */
const handedOver = z.object({ type: z.literal('handed-over'), kernelId: z.string(), number: position });
const refused = z.object({ type: z.literal('refused'), kernelId: z.string(), number: position, error });
/** `last`: the kernel's position by then, where what it said belongs before the answer. */
const answer = z.object({
  type: z.literal('answer'),
  id: z.int(),
  error: error.optional(),
  result: z.unknown().optional(),
  last: position.optional(),
});

const downSchema = z.discriminatedUnion('type', [
  welcome,
  unwelcome,
  takenOver,
  kernelStateChanged,
  handedOver,
  refused,
  answer,
]);
export type Down = z.infer<typeof downSchema>;
export type Welcome = z.infer<typeof welcome>;
export type KernelState = z.infer<typeof kernelState>;
export type LinkedError = z.infer<typeof error>;
const TYPES: ReadonlySet<unknown> = new Set(
  downSchema.options.map(({ shape }) => shape.type.value satisfies string),
);

/**
 * @returns null for a type that a newer supervisor may know
 * @throws MalformedError
 */
export function parseDown(payload: Buffer): Down | null {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString());
  } catch (cause) {
    throw new MalformedError('a message of the supervisor is not JSON', { cause });
  }
  if (isObject(value) && typeof value['type'] === 'string' && !TYPES.has(value['type'])) return null;
  const parsed = downSchema.safeParse(value);
  if (!parsed.success)
    throw new MalformedError('a message of the supervisor is not as it should be', { cause: parsed.error });
  return parsed.data;
}

export function errorFrom({ code, message, remedy = '', details = {} }: LinkedError): Error {
  if (code === null) return new Error(message);
  const placeCode = PLACE_ERROR_CODES.find((one) => one === code);
  if (placeCode !== undefined) return new PlaceError(placeCode, message, remedy, details);
  return new KernelError(code as KernelErrorCode, message);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
