import { DocumentError } from '../shared-document.ts';
import type { DocumentEnd, DocumentErrorCode } from '../shared-document.ts';

/** How a room's socket is closed (contract §6.1). */
export interface RoomClose {
  readonly code: number;
  readonly reason: string;
}

/**
 * The client says so in a dialog, gives its copy of the document up, and does not come again. It takes what follows behind
 * `errorReason` for words to people. A close reason has 123 bytes at most: it must be JSON, so the words are cut.
 */
const UNSUPPORTED = 1003;
const LONGEST_WORDS = 50;

/** The history that the client has is not this one's (I3). */
export function unknownSession(sessionId: string): RoomClose {
  const reason = { reason: 'unknown_session', sessionId: sessionId.slice(0, 36), reloadable: true };
  return { code: UNSUPPORTED, reason: JSON.stringify(reason) };
}

/** For good. @param words to people, of 50 bytes at most */
export function givenUp(words: string): RoomClose {
  const errorReason = words.slice(0, LONGEST_WORDS);
  return {
    code: UNSUPPORTED,
    reason: JSON.stringify({ reason: 'initialization_error', reloadable: false, errorReason }),
  };
}

const CLOSED_BEFORE: { readonly [Code in DocumentErrorCode]?: number } = {
  'file-not-found': 4404,
  'unknown-document': 4404,
  'not-shareable': 4400,
};

/** Before the client has anything of a document, these codes close its tab, with a message of its own. */
export function notOpened(error: unknown): RoomClose {
  if (!(error instanceof DocumentError)) return { code: 4500, reason: 'The document cannot be opened' };
  return { code: CLOSED_BEFORE[error.code] ?? 4500, reason: error.message };
}

export function endOfDocument(end: DocumentEnd): RoomClose {
  switch (end.reason) {
    case 'deleted':
      return givenUp('The file was deleted.');
    case 'failed':
      return { code: 1011, reason: end.message };
    case 'server-closing':
      return { code: 1012, reason: 'The server is ending' };
  }
}

/** What a client said was not taken. */
export function refused(error: unknown): RoomClose {
  if (!(error instanceof DocumentError)) return { code: 1011, reason: 'The change could not be handled' };
  if (error.code === 'read-only') return givenUp('You may read this document, not change it.');
  // It comes again, and says again what it has.
  return { code: error.code === 'malformed-update' ? 1007 : 1011, reason: error.message };
}
