import { expect, it } from 'vitest';
import { MemoryBlobStore } from '../../event-log/memory-blob-store.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { readHistory } from './read-history.ts';
import { thinVersions } from './thin-versions.ts';

it('I6 removes the oldest first, and never the two newest of a file that is there', async () => {
  const [log, blobs] = [new MemoryEventLog(), new MemoryBlobStore()];
  const ids: string[] = [];
  for (const path of ['a', 'b', 'a', 'a', 'gone', 'gone', 'gone']) {
    const { id } = await blobs.put(Buffer.alloc(100, ids.length));
    ids.push(id);
    const data = { path, size: 100, sha256: id };
    await log.append('files', [
      { type: 'file-saved', version: 1, data, actor: 'Ada', causedBy: null, frames: [] },
    ]);
  }
  const kept = async (): Promise<number[]> => {
    const there = await Promise.all(ids.map((id) => blobs.has(id)));
    return ids.map((_, index) => index).filter((index) => there[index]);
  };
  await log.append('files', [
    { type: 'file-deleted', version: 1, data: { path: 'gone' }, actor: 'Ada', causedBy: null, frames: [] },
  ]);
  const thin = async (bytes: number): Promise<number> => thinVersions(blobs, await readHistory(log), bytes);
  expect(await thin(700)).toBe(0);
  expect(await thin(600)).toBe(1);
  expect(await kept()).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await thin(0)).toBe(3);
  expect(await kept()).toEqual([1, 2, 3]);
});
