import type { BlobStore } from '../../event-log/blob-store.ts';
import type { VersionHistory } from './version-history.ts';

/** The present version, and the one before it (I6). */
const NEVER_THINNED = 2;
/** A content is put first and noted in the log after. */
const NOTED_WITHIN_MS = 60_000;

/**
 * Removes the oldest versions' contents until what is kept fits into the budget. The two newest of each file that is there
 * stay, even if they alone exceed it.
 * @returns how many were removed
 */
export async function thinVersions(
  blobs: BlobStore,
  history: VersionHistory,
  budgetBytes: number,
): Promise<number> {
  const needed = new Set<string>();
  const lastUse = new Map<string, number>();
  for (const { versions, isDeleted } of history.files()) {
    if (!isDeleted) for (const { sha256 } of versions.slice(-NEVER_THINNED)) needed.add(sha256);
    for (const { sha256, time } of versions) lastUse.set(sha256, Math.max(time, lastUse.get(sha256) ?? 0));
  }
  let total = 0;
  const removable: { id: string; storedBytes: number; time: number }[] = [];
  for await (const { id, storedBytes, time } of blobs.entries()) {
    total += storedBytes;
    const isBeingNoted = !lastUse.has(id) && time > Date.now() - NOTED_WITHIN_MS;
    if (!needed.has(id) && !isBeingNoted) removable.push({ id, storedBytes, time: lastUse.get(id) ?? time });
  }
  removable.sort((a, b) => a.time - b.time);
  let removed = 0;
  for (const { id, storedBytes } of removable) {
    if (total <= budgetBytes) break;
    await blobs.delete(id);
    total -= storedBytes;
    removed += 1;
  }
  return removed;
}
