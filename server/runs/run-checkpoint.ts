import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import type { KernelRuns } from './kernel-runs.ts';
import { isUnreleased } from './kernel-runs.ts';
import type { LargeData } from './large-data.ts';

/**
 * To be raised whenever the shape of what is kept, or the meaning of the fold, becomes another: a checkpoint of another
 * format is thrown away, and its kernel's stream is folded anew.
 */
const FORMAT = 2;

const headerSchema = z.object({
  format: z.literal(FORMAT),
  kernelId: z.string(),
  sequence: z.int(),
  isEnded: z.boolean(),
  /** The notebooks with runs that are not released. */
  unreleased: z.array(z.string()),
  /** The notebooks with any runs. */
  paths: z.array(z.string()),
  /** When the last run was asked for, in milliseconds since the epoch; 0 for none. */
  latest: z.number(),
  /** Where large data of its outputs are (SHA-256). */
  blobs: z.array(z.string()),
  sha256: z.string(),
});

/** What is known of a kernel's runs without reading them. */
export type CheckpointHeader = z.infer<typeof headerSchema>;

/** A line of JSON that says what is in it, then the state as V8 writes it, without large data. */
export function encodeCheckpoint(
  runs: KernelRuns,
  largeData: LargeData,
): {
  readonly header: CheckpointHeader;
  readonly bytes: Buffer;
} {
  const { result: body, blobs } = largeData.aside(runs, () => serialize(runs));
  const header = { ...summaryOf(runs), blobs: [...blobs], sha256: sha256Of(body) };
  return { header, bytes: Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]) };
}

export function summaryOf(runs: KernelRuns): Omit<CheckpointHeader, 'sha256' | 'blobs'> {
  const records = [...runs.records.values()];
  const unreleased = records.filter((record) => isUnreleased(runs, record));
  return {
    format: FORMAT,
    kernelId: runs.kernelId,
    sequence: runs.sequence,
    isEnded: runs.isEnded,
    unreleased: [...new Set(unreleased.map(({ path }) => path))],
    paths: [...new Set(records.map(({ path }) => path))],
    latest: records.at(-1)?.queuedAt ?? 0,
  };
}

/** @returns null for what another version wrote, or nobody */
export function decodeHeader(line: string): CheckpointHeader | null {
  try {
    return headerSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    // It is no JSON, and so no checkpoint: the stream tells all of it again.
    return null;
  }
}

/** @returns null for what is not exactly as it was written; large data are not in it */
export function decodeCheckpoint(bytes: Buffer): KernelRuns | null {
  const end = bytes.indexOf(0x0a);
  const header = end < 0 ? null : decodeHeader(bytes.toString('utf8', 0, end));
  const body = bytes.subarray(end + 1);
  if (header === null || sha256Of(body) !== header.sha256) return null;
  return deserialize(body) as KernelRuns;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
