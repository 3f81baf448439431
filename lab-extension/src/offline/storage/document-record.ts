import type { WireDocumentKind } from '../../../../server/wire/document-kind.ts';
import type { History } from '../../../../server/wire/history.ts';
import { resultOf } from './database.ts';

/** What the database says of a document beside its updates. */
export interface DocumentRecord extends History {
  /** Which folder was served: another server at the same address has other files. */
  readonly root: string;
  readonly kind: WireDocumentKind;
  path: string;
  /** Milliseconds since 1970, when a page had it open last. */
  usedAt: number;
  /** Of its updates, roughly. */
  bytes: number;
  /** Tab → how many changes the server has not confirmed to it. A tab that crashed is in here until another took over. */
  unsent: Readonly<Record<string, number>>;
}

export type DocumentKey = [root: string, documentId: string, epoch: string];

export function unsentOf({ unsent }: DocumentRecord): number {
  return Object.values(unsent).reduce((sum, count) => sum + count, 0);
}

export function keyOf({
  root,
  documentId,
  epoch,
}: Pick<DocumentRecord, 'root' | 'documentId' | 'epoch'>): DocumentKey {
  return [root, documentId, epoch];
}

/** @returns undefined where nothing of it is kept */
export async function readRecord(
  transaction: IDBTransaction,
  key: DocumentKey,
): Promise<DocumentRecord | undefined> {
  return (await resultOf(transaction.objectStore('documents').get(key))) as DocumentRecord | undefined;
}

/** Of the folder that is served now; the ones used longest ago first. */
export async function readRecords(transaction: IDBTransaction, root: string): Promise<DocumentRecord[]> {
  const range = IDBKeyRange.bound([root], [root, []]);
  const records = (await resultOf(transaction.objectStore('documents').getAll(range))) as DocumentRecord[];
  return records.sort((one, other) => one.usedAt - other.usedAt);
}

export async function readUpdates(transaction: IDBTransaction, key: DocumentKey): Promise<Uint8Array[]> {
  return (await readEntries(transaction, key)).map(({ update }) => update);
}

/** Those that were typed in this browser. */
export async function readTyped(transaction: IDBTransaction, key: DocumentKey): Promise<Uint8Array[]> {
  const entries = await readEntries(transaction, key);
  return entries.filter(({ isTyped }) => isTyped === true).map(({ update }) => update);
}

interface UpdateEntry {
  readonly document: DocumentKey;
  readonly update: Uint8Array;
  /** Not so in what was stored by earlier versions. */
  readonly isTyped?: boolean;
}

async function readEntries(transaction: IDBTransaction, key: DocumentKey): Promise<UpdateEntry[]> {
  const index = transaction.objectStore('updates').index('document');
  return (await resultOf(index.getAll(key))) as UpdateEntry[];
}

export async function addUpdate(
  transaction: IDBTransaction,
  key: DocumentKey,
  update: Uint8Array,
  isTyped: boolean,
): Promise<void> {
  const entry: UpdateEntry = { document: key, update, isTyped };
  await resultOf(transaction.objectStore('updates').add(entry));
}

export async function deleteUpdates(transaction: IDBTransaction, key: DocumentKey): Promise<void> {
  const store = transaction.objectStore('updates');
  for (const each of await resultOf(store.index('document').getAllKeys(key)))
    await resultOf(store.delete(each));
}

export async function deleteDocument(transaction: IDBTransaction, key: DocumentKey): Promise<void> {
  await deleteUpdates(transaction, key);
  await resultOf(transaction.objectStore('documents').delete(key));
}
