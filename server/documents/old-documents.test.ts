import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { DocumentIndex } from './document-index.ts';
import { DocumentLog } from './document-log.ts';
import { removeOld } from './old-documents.ts';

const NOTEBOOK = { type: 'notebook', format: 'json' } as const;
const LATER = Date.now() + 60_000;
const update = { actor: 'ada', update: new Uint8Array([1]), together: [] };
const warn = (message: string): void => {
  throw new Error(message);
};
let state: string;
let log: MemoryEventLog;
let index: DocumentIndex;

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'old-documents-'));
  log = new MemoryEventLog();
  index = await DocumentIndex.load(log, warn);
});
afterEach(() => rmSync(state, { recursive: true }));

/** A document with a history and all that is kept beside it. */
async function documentAt(path: string): Promise<string> {
  const { documentId } = await index.create(path, NOTEBOOK);
  await historyOf(documentId).append([update], null);
  for (const name of ['bases', 'given', 'outputs'])
    mkdirSync(join(state, name, documentId), { recursive: true });
  return documentId;
}

const historyOf = (documentId: string): DocumentLog => new DocumentLog(log, `document:${documentId}`);

function keptOf(documentId: string): string[] {
  return ['bases', 'given', 'outputs'].filter((name) => existsSync(join(state, name, documentId)));
}

function remove(before: number, gone: readonly string[], loaded: readonly string[] = []): Promise<void> {
  return removeOld({
    log,
    index,
    directories: { ofFile: [join(state, 'bases'), join(state, 'given')], outputs: join(state, 'outputs') },
    isLoaded: (documentId) => loaded.includes(documentId),
    hasFile: (path) => Promise.resolve(!gone.includes(path)),
    before,
  });
}

test('[D17] of a document that was deleted long ago nothing is left; of one that was deleted just now, all', async () => {
  const [kept, deleted] = [await documentAt('kept.ipynb'), await documentAt('deleted.ipynb')];
  await index.delete(deleted);
  await remove(Date.now() - 60_000, ['deleted.ipynb']);
  expect(keptOf(deleted)).toHaveLength(3);
  // Also after another start: the log says when.
  index = await DocumentIndex.load(log, warn);
  await remove(LATER, ['deleted.ipynb']);
  expect([keptOf(deleted), keptOf(kept)]).toEqual([[], ['bases', 'given', 'outputs']]);
  expect((await historyOf(deleted).read()).updates).toEqual([]);
  expect((await historyOf(kept).read()).updates).toHaveLength(1);
  const restarted = await DocumentIndex.load(log, warn);
  expect([...restarted.all()].map(({ documentId }) => documentId)).toEqual([kept]);
  expect(restarted.at('kept.ipynb', NOTEBOOK)?.documentId).toBe(kept);
});

test('[D17] of one whose file another program removed only the history is left, once it is old', async () => {
  const documentId = await documentAt('a.ipynb');
  await remove(Date.now() - 60_000, ['a.ipynb']);
  expect(keptOf(documentId)).toHaveLength(3);
  await remove(LATER, ['a.ipynb']);
  expect(keptOf(documentId)).toEqual(['outputs']);
  expect((await historyOf(documentId).read()).updates).toHaveLength(1);
  expect(index.at('a.ipynb', NOTEBOOK)?.documentId).toBe(documentId);
});

test('[D17] what is open stays as it is', async () => {
  const documentId = await documentAt('a.ipynb');
  await remove(LATER, ['a.ipynb'], [documentId]);
  expect(keptOf(documentId)).toHaveLength(3);
});

test('when a document was deleted is known from the list of all, too; an older list has its own time', async () => {
  const record = { epoch: 'e', kind: NOTEBOOK, synced: null, isDeleted: true };
  const now = Date.now();
  const documents = [
    { ...record, documentId: 'new', path: 'a', deletedAt: 5 },
    { ...record, documentId: 'old', path: 'b' },
    { ...record, documentId: 'there', path: 'c', isDeleted: false },
  ];
  const listed = { type: 'documents-listed', version: 1, data: { documents } } as const;
  await log.append('documents', [{ ...listed, actor: 'server', causedBy: null, frames: [] }]);
  const read = await DocumentIndex.load(log, warn);
  expect(read.get('new')?.deletedAt).toBe(5);
  expect(read.get('old')?.deletedAt).toBeGreaterThanOrEqual(now);
  expect(read.get('there')?.deletedAt).toBeNull();
});
