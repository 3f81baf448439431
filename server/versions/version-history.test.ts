import { expect, it } from 'vitest';
import type { FileEvent } from '../../event-log/events/file.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { readHistory } from './read-history.ts';
import type { VersionHistory } from './version-history.ts';

const saved = (path: string, sha256: string | null): FileEvent => ({
  type: 'file-saved',
  version: 1,
  data: { path, size: 1, sha256 },
});
const found = (path: string, sha256: string): FileEvent => ({
  type: 'file-found',
  version: 1,
  data: { path, size: 1, sha256 },
});
const moved = (type: 'file-renamed' | 'file-copied', from: string, to: string): FileEvent => ({
  type,
  version: 1,
  data: { from, to },
});

async function historyOf(...events: FileEvent[]): Promise<VersionHistory> {
  const log = new MemoryEventLog();
  for (const event of events)
    await log.append('files', [{ ...event, actor: 'Ada', causedBy: null, frames: [] }]);
  return readHistory(log);
}
const hashes = (history: VersionHistory, path: string): string =>
  history
    .of(path)
    .map(({ sha256 }) => sha256)
    .join('');

it('counts a content once until another comes, and knows who saved it', async () => {
  const history = await historyOf(
    found('f', 'a'),
    saved('f', 'a'),
    saved('f', 'b'),
    found('f', 'b'),
    found('f', 'c'),
  );
  expect(history.of('f').map(({ id, sha256, actor }) => [id, sha256, actor])).toEqual([
    [1, 'a', 'Ada'],
    [3, 'b', 'Ada'],
    [5, 'c', null],
  ]);
});

it('follows renames and copies, of folders too, and keeps what had the name before', async () => {
  const history = await historyOf(
    saved('d/f', 'a'),
    saved('e/f', 'x'),
    { type: 'file-deleted', version: 1, data: { path: 'e' } },
    moved('file-copied', 'd', 'copy'),
    saved('d/f', 'b'),
    moved('file-renamed', 'd', 'e'),
    saved('d/f', 'c'),
    saved('dd', 'z'),
  );
  expect(hashes(history, 'copy/f')).toBe('a');
  expect(hashes(history, 'e/f')).toBe('axb');
  expect(hashes(history, 'd/f')).toBe('c');
  expect(hashes(history, 'dd')).toBe('z');
  expect([...history.files()].every(({ isDeleted }) => !isDeleted)).toBe(true);
});

it('knows no version of a folder', async () => {
  expect((await historyOf(saved('d', null))).of('d')).toEqual([]);
});
