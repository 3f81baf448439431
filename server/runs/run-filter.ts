import type { KernelSummary } from './kernel-ledger.ts';
import type { RunRecord, RunStatus } from './run-record.ts';

/** Of all runs those that are so; null: whatever it is. */
export interface RunFilter {
  readonly path: string | null;
  readonly cellId: string | null;
  readonly kernelId: string | null;
  readonly status: RunStatus | null;
  /** Only older ones than this. */
  readonly before: RunPlace | null;
}

/** Where a run stands among all, newest first. */
export type RunPlace = Pick<RunRecord, 'queuedAt' | 'id'>;

export function isWanted(
  record: Pick<RunRecord, 'path' | 'cellId' | 'status' | 'queuedAt' | 'id'>,
  { path, cellId, status, before }: RunFilter,
): boolean {
  return (
    (path === null || record.path === path) &&
    (cellId === null || record.cellId === cellId) &&
    (status === null || record.status === status) &&
    (before === null || compareNewest(before, record) < 0)
  );
}

/** Whether a kernel need be looked into; its summary says so without reading its runs. */
export function mayHold(
  { kernelId, summary }: { readonly kernelId: string; readonly summary: KernelSummary | null },
  wanted: RunFilter,
): boolean {
  if (wanted.kernelId !== null && wanted.kernelId !== kernelId) return false;
  return summary === null || wanted.path === null || summary.paths.includes(wanted.path);
}

/** Negative where the first one is newer. Of one moment, ids decide, so that pages neither repeat nor leave out. */
export function compareNewest(one: RunPlace, other: RunPlace): number {
  if (one.queuedAt !== other.queuedAt) return other.queuedAt - one.queuedAt;
  return one.id < other.id ? 1 : one.id > other.id ? -1 : 0;
}
