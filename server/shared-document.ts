import type { YFile, YNotebook } from '@jupyter/ydoc';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { StreamAppend } from '../event-log/event-log.ts';

/** What a file is shared as, in the words of Jupyter's contents API. */
export type DocumentKind =
  { readonly type: 'notebook'; readonly format: 'json' } | { readonly type: 'file'; readonly format: 'text' };

export interface DocumentIdentity {
  /** A UUID; survives renames, moves and everything else that happens to the file. */
  readonly documentId: string;
  /** Names the one history that the log has of it (I3): two histories of different epochs are never merged. */
  readonly epoch: string;
  readonly kind: DocumentKind;
  /** Where its file is now: an API path. */
  readonly path: string;
}

/** Why a document is taken from those who have it open. */
export type DocumentEnd =
  | { readonly reason: 'deleted' }
  /** Its history cannot be gone on with: the disk is full, the log is damaged. What was committed is kept. */
  | { readonly reason: 'failed'; readonly message: string }
  | { readonly reason: 'server-closing' };

/** One who has a document open: a browser's socket, in most cases. Its methods must not throw. */
export interface Participant {
  /** The user name that its changes are recorded under. */
  readonly actor: string;
  /** Asked at every update (I7). */
  mayWrite(): boolean;
  /** Somebody else's change, committed; in the order in which the log has them. */
  updated(update: Uint8Array): void;
  /** A y-protocols awareness update, of somebody else or of the server. Never stored (I8). */
  awarenessUpdated(update: Uint8Array): void;
  renamed(path: string): void;
  ended(end: DocumentEnd): void;
}

/** A participant's place in a document. */
export interface Membership {
  /**
   * A Yjs update of the participant's. It is applied at once; the promise resolves once it is in the log, and only then
   * do others hear of it (I1). What the document already has changes nothing.
   * @throws DocumentError `read-only`, `malformed-update` (the document is as it was before), `not-recorded`;
   * `incomplete-update`: it builds on changes that the document does not have, and nothing of it is kept: ask the participant for all that is missing (a sync step 1 with the document's state vector).
   */
  receive(update: Uint8Array): Promise<void>;
  /** @throws DocumentError `malformed-update` */
  receiveAwareness(update: Uint8Array): void;
  /** Its awareness states go with it. Idempotent. */
  leave(): void;
}

/** A notebook or text file that is open: one Yjs document with a durable history (I3). */
export interface SharedDocument extends DocumentIdentity {
  readonly ydoc: Y.Doc;
  /** Of the same `ydoc`. For reading; what changes it goes through `change`. */
  readonly model: YNotebook | YFile;
  /** Without a state of the server's own. */
  readonly awareness: Awareness;
  readonly participants: ReadonlySet<Participant>;
  /** Why it was taken from those who had it open; null while it is open. */
  readonly end: DocumentEnd | null;
  join(participant: Participant): Membership;
  /**
   * What somebody lacks who has `stateVector` (an empty array: everything), as one Yjs update. Resolves once all of it is in
   * the log (I1).
   */
  stateSince(stateVector: Uint8Array): Promise<Uint8Array>;
  /**
   * A change by the server, in one Yjs transaction whose origin is `actor`. Resolves once it is in the log; one that
   * changes nothing resolves at once. What is given as `together` is committed to other streams of the log with it, or
   * not at all; also where it changes nothing.
   * @throws DocumentError `not-recorded`; and what `change` throws, in which case nothing is to be changed by it
   */
  change(
    actor: string,
    change: (model: YNotebook | YFile) => void,
    together?: readonly StreamAppend[],
  ): Promise<void>;
  /** Resolves once everything that is in the document now is in the log. @throws DocumentError `not-recorded` */
  committed(): Promise<void>;
  /** Keeps it loaded until released, as a participant does. */
  hold(): { release(): void };
}

/** What works on every open document: saves it, puts outputs into it, repairs it. Made when it is loaded. */
export type DocumentAttachment = (document: SharedDocument) => {
  /** Ends it before the document is unloaded; what it still had to do is done then. */
  close(): Promise<void>;
};

/** All shared documents of the server, open or not. */
export interface SharedDocuments {
  /**
   * The identity of the document of a file. One that has none yet gets one.
   * @throws DocumentError `file-not-found`, `not-shareable` (a directory, no UTF-8 text, no valid notebook)
   */
  identify(path: string, kind: DocumentKind): Promise<DocumentIdentity>;
  /** Whether the document of a file has an identity already. */
  isIdentified(path: string, kind: DocumentKind): Promise<boolean>;
  /** @returns null for an id that is not known */
  identityOf(documentId: string): Promise<DocumentIdentity | null>;
  /**
   * The document, loaded from the log and brought up to its file. It stays loaded while somebody has joined or holds it, and
   * a configurable time after (`--document-idle`), so join or hold it in the same turn.
   * @throws DocumentError `unknown-document`, `file-not-found` (and there is no history either), `not-shareable`, `damaged`
   */
  open(documentId: string): Promise<SharedDocument>;
  /** The one of this file, if it is loaded. */
  loadedAt(path: string): SharedDocument | null;
  loaded(): Iterable<SharedDocument>;
  /** Saves and unloads all. Idempotent. */
  close(): Promise<void>;
}

export type DocumentErrorCode =
  | 'file-not-found'
  | 'not-shareable'
  | 'unknown-document'
  | 'read-only'
  | 'malformed-update'
  | 'incomplete-update'
  | 'not-recorded'
  | 'damaged';

export class DocumentError extends Error {
  readonly code: DocumentErrorCode;

  constructor(code: DocumentErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'DocumentError';
    this.code = code;
  }
}
