import type { ISharedDocument } from '@jupyter/ydoc';
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { WireDocumentKind } from '../../server/wire/document-kind.ts';
import type { DownMessage } from '../../server/wire/down.ts';
import type { History } from '../../server/wire/history.ts';
import type { Person } from '../../server/wire/person.ts';
import type { UpMessage } from '../../server/wire/up.ts';

/**
 * What our plugins share with each other. `ILiveDocuments` is provided by `documents/documents-plugin.ts`; it is null (the
 * plugins are inactive) on a server that is not ours and where collaboration is `off` or `stock`, so consumers take it
 * as `optional` and do nothing without it.
 */
export const ILiveDocuments = new Token<ILiveDocuments>(
  '@in-the-loop/lab-extension:ILiveDocuments',
  'Shared documents that are open on this page, and the live connection to the server.',
);

export interface ILiveDocuments {
  readonly connection: ILiveConnection;
  /** Those that are open on this page and whose content is there; in the order in which they came. */
  readonly documents: readonly ILiveDocument[];
  /** One has got its content: from the server, or offline from the page's own storage. */
  readonly added: ISignal<ILiveDocuments, ILiveDocument>;
  /** The last widget of one was closed. Its `sharedModel` is disposed by then. */
  readonly removed: ISignal<ILiveDocuments, ILiveDocument>;
  /** By the path that JupyterLab uses in its contexts. Null for what is open unshared, or not yet there. */
  at(path: string): ILiveDocument | null;
  /** By a document widget (notebook panel, file editor, …) of JupyterLab or Notebook. */
  of(widget: Widget): ILiveDocument | null;
  /** By the shared model of a notebook or file, as `cell.model.sharedModel.notebook` gives it. */
  ofModel(model: ISharedDocument): ILiveDocument | null;
  /**
   * The awareness of the page as a whole: who is here, whatever they have open. Nobody but the presence plugin sets its
   * local state. It is empty of others while there is no connection.
   */
  readonly awareness: Awareness;
  /**
   * Sends what this computer has of a document that no widget shows. Resolves once the server has it, or a fork of it is
   * kept; while there is no connection it waits.
   * @throws OpeningError where the server does not open it
   */
  sendStored(path: string, kind: WireDocumentKind): Promise<void>;
  /** Gives documents a place on this computer. At most one; to be called while plugins are activated. */
  setStorage(storage: DocumentStorage): IDisposable;
  /** Takes what may not be merged. At most one; what came before is handed over at once. */
  setForkKeeper(keeper: ForkKeeper): IDisposable;
}

export type ConnectionStatus =
  /** The first attempt is under way. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly server: string; readonly person: Person }
  /** It was lost, or never came about; it is tried again with growing pauses, or now (`retry`). */
  | { readonly kind: 'reconnecting'; readonly since: Date }
  /** The browser says that there is no network; it is tried again once there is. */
  | { readonly kind: 'offline'; readonly since: Date }
  /** This page is too old for the server; only reloading helps. What is typed is kept. */
  | { readonly kind: 'outdated' };

/** The page's one websocket to our server. It resumes by itself; nobody else opens or closes it. */
export interface ILiveConnection {
  readonly status: ConnectionStatus;
  readonly statusChanged: ISignal<ILiveConnection, ConnectionStatus>;
  /** Tries at once. */
  retry(): void;
  /** Any message of `server/wire/down.ts`, of every connection. A feature adds its message there and takes its own. */
  readonly message: ISignal<ILiveConnection, DownMessage>;
  /** @returns false, and nothing is sent or kept, while not connected */
  send(message: UpMessage): boolean;
}

/** What a person may want to know of their changes of a document. */
export type SyncState =
  /** All is in the server's log and in the file. */
  | { readonly kind: 'saved' }
  /** All is in the server's log; the server writes the file in a moment. */
  | { readonly kind: 'unsaved' }
  /** Connected, and the server has not confirmed these changes yet (0: what others did is still being fetched). */
  | { readonly kind: 'syncing'; readonly unsentChanges: number }
  | { readonly kind: 'offline'; readonly unsentChanges: number }
  /** This person may only read it. Nothing that is changed here is sent. */
  | { readonly kind: 'read-only' }
  /** The server cannot go on with it, and says why. It is tried again. */
  | { readonly kind: 'failed'; readonly message: string; readonly unsentChanges: number };

/** A notebook or text file that is open on this page and shared. Several widgets can show it. */
export interface ILiveDocument extends History {
  readonly kind: WireDocumentKind;
  /** As JupyterLab has it in the document's context. */
  readonly path: string;
  readonly pathChanged: ISignal<ILiveDocument, string>;
  /** A YNotebook or YFile. Its local changes are what this page does; remote ones come with `remoteOrigin`. */
  readonly sharedModel: ISharedDocument;
  readonly ydoc: Y.Doc;
  /** The awareness of those who have this document open. */
  readonly awareness: Awareness;
  /** The transaction origin of what came from the server. */
  readonly remoteOrigin: object;
  readonly syncState: SyncState;
  readonly syncStateChanged: ISignal<ILiveDocument, SyncState>;
  /** Resolves once all that is changed here is in the server's log; at once if it is. Waits while offline. */
  acknowledged(): Promise<void>;
  /** Has the file written now. Rejects while offline, and with the server's words where it cannot be written. */
  save(): Promise<void>;
  readonly disposed: ISignal<ILiveDocument, void>;
}

/** A place on this computer where documents survive the page, the browser and the network. */
export interface DocumentStorage {
  /**
   * The history that is stored for a path; asked only where the server could not be reached in time, so that the
   * document opens without it.
   */
  find(path: string, kind: WireDocumentKind): Promise<History | null>;
  /**
   * Puts what is stored of this very history into `ydoc` (with an origin of its own), and from then on stores each update
   * of `ydoc`, whatever its origin. Called before anything of the server is in `ydoc`, and waited for.
   * What is stored for the same path or id of ANOTHER history, with changes that the server never confirmed, is handed
   * over in `forks` and stored no longer; it is kept as a fork.
   * A failure is not fatal: the document is then used without storage.
   */
  load(document: StorableDocument): Promise<StoredDocument>;
}

export interface StorableDocument extends History {
  readonly kind: WireDocumentKind;
  readonly path: string;
  readonly ydoc: Y.Doc;
}

export interface StoredDocument {
  /** How many changes of earlier pages the server has not confirmed; what `unsentChanged` was told last. */
  readonly unsentChanges: number;
  /** What these were (a Yjs update), also what was deleted from the document since; null where that is not known any more. */
  readonly unsentUpdate: Uint8Array | null;
  readonly forks: readonly KeptFork[];
  /** So many changes are not confirmed now. Called at every change of the number. */
  unsentChanged(unsentChanges: number): void;
  renamed(path: string): void;
  /** The history is not the server's any more: nothing of it is to be stored here. Ends the storing, as `close`. */
  forget(): Promise<void>;
  /** The page closes the document. Idempotent. */
  close(): void;
}

/** A person's text that may not be merged by itself: they review it and apply what they want. */
export interface KeptFork extends History {
  readonly kind: WireDocumentKind;
  readonly path: string;
  /** A full Yjs state (`Y.encodeStateAsUpdate`) of the document with the unsent changes. */
  readonly state: Uint8Array;
  readonly unsentChanges: number;
  readonly reason: ForkReason;
  readonly keptAt: Date;
}

export type ForkReason =
  /** The server has another history of this file (I3). */
  | 'other-history'
  /** This person may only read it (I7). */
  | 'read-only'
  /** It was deleted meanwhile. */
  | 'deleted'
  /** The server took a change of this page for no change at all. */
  | 'refused';

export interface ForkKeeper {
  /** Must not throw; what cannot be stored is kept in memory and said. */
  keep(fork: KeptFork): void;
}
