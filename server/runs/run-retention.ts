import type { KernelRuns } from './kernel-runs.ts';
import { isUnreleased } from './kernel-runs.ts';
import { longTexts } from './long-text.ts';
import type { LoggedText } from './read-run-text.ts';
import { isOver } from './run-record.ts';

/**
 * The first sequence of a kernel's stream that its runs need: of one that is not over, or whose outputs its notebook's file
 * does not have yet. Infinity for none.
 */
export function neededFrom(runs: KernelRuns): number {
  let needed = Infinity;
  for (const record of runs.records.values()) {
    const isInFile = record.revision <= Math.max(record.foldedRevision, record.releasedRevision);
    if (!isOver(record) || (isUnreleased(runs, record) && !isInFile))
      needed = Math.min(needed, record.requested);
  }
  return needed;
}

/** Whether nothing of a kernel's runs is still to be merged into a notebook. */
export function isReleased(runs: KernelRuns): boolean {
  return ![...runs.records.values()].some((record) => isUnreleased(runs, record));
}

/** Texts that notebooks may link to, and of which something lies at or before a sequence. */
export function linkedTexts(runs: KernelRuns, through: number): LoggedText[] {
  return [...runs.records.values()].flatMap((record) =>
    longTexts(record)
      .filter(([, text]) => text.first <= through)
      .map(([name, text]) => ({ kernelId: runs.kernelId, runId: record.id, name, text })),
  );
}
