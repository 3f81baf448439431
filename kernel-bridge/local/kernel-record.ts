import { z } from 'zod';
import type { LaunchRequest } from '../kernel.ts';
import { connectionInfoSchema } from '../protocol/connection-info.ts';
import type { KeptMessage } from './held-messages.ts';

const text = z.string();
const texts = z.record(z.string(), z.string());
const limit = z.number().positive().nullable();

const launchRequestSchema = z.object({
  kernelId: text.regex(/^[\w-]+$/),
  kernelspec: z.object({
    name: text,
    resourceDirectory: text,
    prefix: text.nullable(),
    spec: z.object({
      argv: z.array(text),
      display_name: text,
      language: text,
      env: texts,
      interrupt_mode: z.enum(['signal', 'message']),
      metadata: z.record(z.string(), z.unknown()),
      kernel_protocol_version: text.default(''),
    }),
  }),
  workingDirectory: text,
  sessionPath: text.nullable(),
  environment: texts,
  pythonPrefix: text,
  runtimeDirectory: text,
  limits: z
    .object({ softMemory: limit, memory: limit, cpuTime: limit, wallTime: limit, idleTime: limit })
    .optional(),
}) satisfies z.ZodType<LaunchRequest>;

/** All that another process needs to take a kernel over. It holds the kernel's key and environment: 0600. */
export const kernelRecordSchema = z.object({
  version: z.literal(1),
  /** With the document's path as the last start had it. */
  request: launchRequestSchema,
  /** Its latest process. */
  process: z.object({
    pid: z.int().positive(),
    identity: text,
    /** In milliseconds since the epoch. */
    startedAt: z.number(),
  }),
  connection: connectionInfoSchema,
  /** The identity of our sockets, by which the kernel addresses what it answers, and the session of our own requests. */
  routingId: text,
  /** The content of its kernel_info_reply; null until it has answered. */
  kernelInfo: z.record(z.string(), z.unknown()).nullable(),
  /** What the process was to be sent once it answers, where its holder left before. */
  waiting: z.array(
    z.object({
      channel: z.enum(['shell', 'control', 'stdin', 'iopub']),
      header: z.object({ msg_id: text, msg_type: text, session: text }),
      frames: z.array(text),
    }),
  ),
  history: z.object({ consecutiveDeaths: z.int(), wasStable: z.boolean() }),
  /** What the system had counted when this was written (see OutOfMemoryKills); null where it does not. */
  outOfMemoryKills: z.int().nullable(),
});
export type KernelRecord = Readonly<Omit<z.infer<typeof kernelRecordSchema>, 'request' | 'waiting'>> & {
  readonly request: LaunchRequest;
  readonly waiting: readonly KeptMessage[];
};
