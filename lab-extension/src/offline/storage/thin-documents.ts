import { deleteDocument, keyOf, readRecords, unsentOf } from './document-record.ts';

/** More than anybody has open in a month, and less than browsers give a site. */
export const MOST_DOCUMENTS = 200;
export const MOST_BYTES = 200 * 1024 * 1024;

export interface Bounds {
  readonly documents: number;
  readonly bytes: number;
}

/**
 * Forgets the documents that were used longest ago, until the others are within the bounds. What has changes that the
 * server does not have is never forgotten, nor what is open on this page.
 */
export async function thinDocuments(
  transaction: IDBTransaction,
  root: string,
  isOpen: (documentId: string) => boolean,
  bounds: Bounds = { documents: MOST_DOCUMENTS, bytes: MOST_BYTES },
): Promise<void> {
  const records = await readRecords(transaction, root);
  let documents = records.length;
  let bytes = records.reduce((sum, record) => sum + record.bytes, 0);
  for (const record of records) {
    if (documents <= bounds.documents && bytes <= bounds.bytes) return;
    if (unsentOf(record) > 0 || isOpen(record.documentId)) continue;
    await deleteDocument(transaction, keyOf(record));
    documents -= 1;
    bytes -= record.bytes;
  }
}
