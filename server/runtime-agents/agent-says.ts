import { z } from 'zod';
import type { AgentSays } from '../../kernel-bridge/agent/agent-protocol.ts';

const text = z.string().max(4096);
const kernelspec = z.object({
  name: z.string().regex(/^[\w.-]{1,128}$/),
  resourceDirectory: text,
  prefix: text.nullable(),
  spec: z.object({
    argv: z.array(text).max(100),
    display_name: z.string().max(200),
    language: z.string().max(100),
    env: z.record(z.string(), text),
    interrupt_mode: z.enum(['signal', 'message']),
    metadata: z.record(z.string(), z.unknown()),
    kernel_protocol_version: z.string().max(20).exactOptional(),
  }),
});
const machine = z.object({
  name: z.string().min(1).max(100),
  hostname: z.string().max(255),
  platform: z.string().max(100),
  labels: z
    .record(z.string().max(100), z.string().max(200))
    .refine((labels) => Object.keys(labels).length <= 50, 'at most 50 labels'),
  cpus: z.int().positive(),
  load: z.number().nonnegative(),
  memory: z.number().nonnegative(),
  memoryFree: z.number().nonnegative(),
  homeDirectory: text,
  runtimeDirectory: text,
  pythonPrefix: text,
  kernelspecs: z.array(kernelspec).max(500),
});

export const agentSaysSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.int(),
    program: z.string().max(100),
    instance: z.string().max(100),
    machineId: z.string().min(1).max(100),
    now: z.iso.datetime(),
    machine,
  }),
  z.object({ type: z.literal('machine'), machine }),
]) satisfies z.ZodType<AgentSays>;

export const agentMachineSchema = machine;
