import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { keepOnlyLeftBehind } from './left-behind.ts';
import { OfflineDatabase, resultOf } from './storage/database.ts';

const record = (root: string, documentId: string, unsent: Record<string, number>) => ({
  ...{ root, documentId, epoch: 'e', path: `${documentId}.ipynb`, usedAt: 1, bytes: 1, unsent },
  kind: { type: 'notebook', format: 'json' },
});

test('logging out tells of what only this browser has, and lets go of what the server has', async () => {
  const database = new OfflineDatabase('left-behind', indexedDB);
  await database.transact(['documents', 'forks'], 'readwrite', async (transaction) => {
    const documents = transaction.objectStore('documents');
    await resultOf(documents.put(record('one', 'sent', { tab: 0 })));
    await resultOf(documents.put(record('one', 'typed', { tab: 2, other: 1 })));
    await resultOf(documents.put(record('two', 'typed', { tab: 1 })));
    const fork = { ...record('one', 'fork', {}), unsentChanges: 4 };
    await resultOf(transaction.objectStore('forks').put(fork));
  });
  expect(await keepOnlyLeftBehind(database)).toEqual({
    changes: 8,
    paths: ['typed.ipynb', 'fork.ipynb'],
  });
  const kept = await database.transact(['documents'], 'readonly', (transaction) =>
    resultOf(transaction.objectStore('documents').getAllKeys()),
  );
  expect(kept).toEqual([
    ['one', 'typed', 'e'],
    ['two', 'typed', 'e'],
  ]);
});

test('there is nothing to tell where the browser keeps nothing', async () => {
  expect(await keepOnlyLeftBehind(new OfflineDatabase('none', null))).toEqual({ changes: 0, paths: [] });
});
