import type { BigIntStats } from 'node:fs';

export interface FileTimes {
  readonly last_modified: string;
  readonly created: string;
}

/** A file's times as the Lab API writes them: `2026-11-21T07:19:55.975337+00:00`. `created` is the inode's change. */
export function fileTimes(stats: BigIntStats): FileTimes {
  return { last_modified: isoTime(stats.mtimeNs), created: isoTime(stats.ctimeNs) };
}

/** Through a floating-point number of seconds, as Python does: both servers then give one file one time. */
function isoTime(nanoseconds: bigint): string {
  const time = Number(nanoseconds / 1_000_000_000n) + 1e-9 * Number(nanoseconds % 1_000_000_000n);
  const rounded = Math.round((time - Math.floor(time)) * 1e6);
  const seconds = Math.floor(time) + (rounded === 1e6 ? 1 : 0);
  const microseconds = rounded % 1e6;
  const date = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${date}${microseconds === 0 ? '' : `.${String(microseconds).padStart(6, '0')}`}+00:00`;
}
