import type { BigIntStats } from 'node:fs';

export interface FileTimes {
  readonly last_modified: string;
  readonly created: string;
}

/** A file's times as the Lab API writes them: `2026-11-21T07:19:55.975337+00:00`. `created` is the inode's change. */
export function fileTimes(stats: BigIntStats): FileTimes {
  return { last_modified: isoTime(stats.mtimeNs), created: isoTime(stats.ctimeNs) };
}

function isoTime(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19);
  const microseconds = (nanoseconds / 1_000n) % 1_000_000n;
  return `${seconds}${microseconds === 0n ? '' : `.${String(microseconds).padStart(6, '0')}`}+00:00`;
}
