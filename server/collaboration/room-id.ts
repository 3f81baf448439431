import type { DocumentIdentity, DocumentKind } from '../shared-document.ts';

/** `json:notebook:<fileId>` and `text:file:<fileId>` (contract §6.1), which clients know a document by. */
export function roomIdOf({ kind, documentId }: DocumentIdentity): string {
  return `${kind.format}:${kind.type}:${documentId}`;
}

export interface DocumentRoomId {
  readonly kind: DocumentKind;
  readonly documentId: string;
}

/**
 * What a room's id says of its document: null for rooms that are no file's (less than two colons), and `unknown-kind` for
 * kinds of files that this server does not share.
 */
export function parseRoomId(roomId: string): DocumentRoomId | 'unknown-kind' | null {
  const [format, type, ...rest] = roomId.split(':');
  if (rest.length === 0) return null;
  const kind = documentKind(format, type);
  return kind === null ? 'unknown-kind' : { kind, documentId: rest.join(':') };
}

/** Null for what this server does not share. */
export function documentKind(format: unknown, type: unknown): DocumentKind | null {
  if (format === 'json' && type === 'notebook') return { type, format };
  if (format === 'text' && type === 'file') return { type, format };
  return null;
}
