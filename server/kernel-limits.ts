import { z } from 'zod';
import type { KernelLimits } from '../kernel-bridge/kernel.ts';

const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** A number, or a text of one with a unit; more than nothing. */
const amount = (units: Readonly<Record<string, number>>, message: string) =>
  z
    .union([z.number(), z.string().transform((text) => withUnit(text, units))], message)
    .refine((value) => value > 0 && Number.isFinite(value), message);

/** Seconds, or a text as `90s`, `30m`, `2h`, `1d`. */
export const duration = amount(SECONDS, 'must be a time: seconds, or a number with s, m, h or d');
/** Bytes, or a text as `2GB`. */
export const bytes = amount(BYTES, 'must be a size: bytes, or a number with MB, GB, MiB, GiB');

const limitsObject = z
  .strictObject({
    soft_memory: bytes.nullish(),
    memory: bytes.nullish(),
    cpu_time: duration.nullish(),
    wall_time: duration.nullish(),
    idle_time: duration.nullish(),
  })
  .transform((asked): KernelLimits => ({
    softMemory: asked.soft_memory ?? null,
    memory: asked.memory ?? null,
    cpuTime: asked.cpu_time ?? null,
    wallTime: asked.wall_time ?? null,
    idleTime: asked.idle_time ?? null,
  }));

/** Limits of kernels as people write them: an object, or for the command line a text as `memory=4GB,idle_time=2h`. */
export const kernelLimits = z
  .union(
    [z.record(z.string(), z.unknown()), z.string().transform(pairs)],
    'must be limits like memory=4GB,idle_time=2h',
  )
  .pipe(limitsObject);

/** @throws Error that says in one line what is wrong */
export function readKernelLimits(value: unknown): KernelLimits {
  const read = kernelLimits.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new Error(`${where === '' ? 'limits' : `limits.${where}`}: ${issue?.message ?? 'not understood'}`);
}

/** As the command line takes them. */
export function kernelLimitsText(limits: KernelLimits): string {
  const named = {
    soft_memory: limits.softMemory,
    memory: limits.memory,
    cpu_time: limits.cpuTime,
    wall_time: limits.wallTime,
    idle_time: limits.idleTime,
  };
  return Object.entries(named)
    .flatMap(([name, limit]) => (limit === null ? [] : [`${name}=${limit}`]))
    .join(',');
}

function withUnit(text: string, units: Readonly<Record<string, number>>): number {
  const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  return number === '' ? NaN : Number(number) * (units[unit.toLowerCase()] ?? NaN);
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .filter((pair) => pair.trim() !== '')
      .map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [name.trim(), value.join('=').trim()];
      }),
  );
}
