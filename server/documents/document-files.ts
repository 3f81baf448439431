import type { DocumentKind, SharedDocument } from '../shared-document.ts';
import type { DocumentRecord } from './document-record.ts';

/** A file's content, as its document's model takes it: nbformat 4 JSON, or a text. */
export type DocumentSource =
  | { readonly type: 'notebook'; readonly notebook: Readonly<Record<string, unknown>> }
  | { readonly type: 'file'; readonly text: string };

/** What documents need of the files that they are documents of. */
export interface DocumentFiles {
  /**
   * @returns null where there is no such file
   * @throws DocumentError `not-shareable`
   */
  read(path: string, kind: DocumentKind): Promise<DocumentSource | null>;
  /** What a new document is to hold of it: large outputs may be kept beside the document. @param source as it was read */
  prepare(source: DocumentSource, documentId: string): Promise<DocumentSource>;
  /**
   * Which of the known documents a file without one is, because it was moved on disk.
   * @returns null: a new one
   */
  findMoved(
    path: string,
    kind: DocumentKind,
    known: Iterable<DocumentRecord>,
    source: DocumentSource,
  ): Promise<DocumentRecord | null>;
  /**
   * Takes into a document that was just loaded what its file became meanwhile.
   * @param made what it was just made of, as it was read; null: it comes from the log
   */
  bringUpToFile(document: SharedDocument, made: DocumentSource | null): Promise<void>;
}
