import type { ForkRecord } from '../forks/fork-record.ts';
import { resultOf, type OfflineDatabase } from './storage/database.ts';
import { deleteDocument, keyOf, unsentOf, type DocumentRecord } from './storage/document-record.ts';

/** What only this browser has, of all folders that were served here. */
export interface LeftBehind {
  readonly changes: number;
  readonly paths: readonly string[];
}

/** Deletes what the server has, too, and tells of the rest. Nothing where the browser keeps nothing. */
export async function keepOnlyLeftBehind(database: OfflineDatabase): Promise<LeftBehind> {
  return database
    .transact(['documents', 'updates', 'forks'], 'readwrite', async (transaction) => {
      const documents = await all<DocumentRecord>(transaction.objectStore('documents'));
      const forks = await all<ForkRecord>(transaction.objectStore('forks'));
      for (const record of documents)
        if (unsentOf(record) === 0) await deleteDocument(transaction, keyOf(record));
      const left = [
        ...documents.map((record) => ({ path: record.path, changes: unsentOf(record) })),
        ...forks.map(({ path, unsentChanges }) => ({ path, changes: unsentChanges })),
      ].filter(({ changes }) => changes > 0);
      return {
        changes: left.reduce((sum, { changes }) => sum + changes, 0),
        paths: [...new Set(left.map(({ path }) => path))],
      };
    })
    .catch(() => ({ changes: 0, paths: [] }));
}

function all<T>(store: IDBObjectStore): Promise<T[]> {
  return resultOf(store.getAll() as IDBRequest<T[]>);
}
