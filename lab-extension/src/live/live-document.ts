import type { ISharedDocument } from '@jupyter/ydoc';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';
import * as Y from 'yjs';
import type { Awareness } from 'y-protocols/awareness';
import type { WireDocumentKind } from '../../../server/wire/document-kind.ts';
import type { DownMessage } from '../../../server/wire/down.ts';
import type { End } from '../../../server/wire/ended.ts';
import type { History } from '../../../server/wire/history.ts';
import type { LiveFrame } from '../../../server/wire/live-frame.ts';
import type { OpenedMessage } from '../../../server/wire/opened.ts';
import type { Refusal } from '../../../server/wire/refused.ts';
import type {
  DocumentStorage,
  ForkReason,
  ILiveDocument,
  KeptFork,
  StoredDocument,
  SyncState,
} from '../tokens.ts';
import { AwarenessLink } from './awareness-link.ts';
import type { LiveClock } from './live-clock.ts';
import type { LiveSocket } from './live-socket.ts';
import { OpeningError } from './opening-error.ts';
import { UnsentChanges } from './unsent-changes.ts';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** So long a first connection may take before a document is shown as this computer has it. */
const PATIENCE = 3_000;

/** A notebook or file of `@jupyter/ydoc`, which has these two beyond what it declares. */
export type LiveModel = ISharedDocument & { readonly ydoc: Y.Doc; readonly awareness: Awareness };

/** The page's part in a document on this connection. */
type Link =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked'; readonly handle: number }
  | {
      readonly kind: 'joined';
      readonly handle: number;
      /** What came while the page's own storage was still being read. */
      waiting: LiveFrame[] | null;
      /** The server has all that was here when it asked; changes go to it one by one now. */
      hasAnswered: boolean;
      /** All that the server had is here. */
      hasFetched: boolean;
    };

export interface LiveDocumentDependencies {
  readonly socket: LiveSocket;
  readonly clock: LiveClock;
  readonly kind: WireDocumentKind;
  readonly path: string;
  readonly sharedModel: LiveModel;
  /** A number that no other document of this page has or had. */
  newHandle(): number;
  storage(): DocumentStorage | null;
  keepFork(fork: KeptFork): void;
}

/**
 * Keeps the Y.Doc of one open document the same as the server's: while connected by every update, and after each
 * connection by comparing state vectors in both directions. It never merges with another history than its own (I3).
 */
export class LiveDocument implements ILiveDocument {
  readonly remoteOrigin = this;
  readonly kind: WireDocumentKind;
  readonly sharedModel: LiveModel;
  readonly #deps: LiveDocumentDependencies;
  readonly #ready = new PromiseDelegate<void>();
  readonly #awarenessLink: AwarenessLink;
  readonly #saves = new Map<number, PromiseDelegate<void>>();
  readonly #pathChanged = new Signal<this, string>(this);
  readonly #syncStateChanged = new Signal<this, SyncState>(this);
  readonly #identified = new Signal<this, void>(this);
  readonly #lost = new Signal<this, ForkReason>(this);
  readonly #disposed = new Signal<this, void>(this);
  #path: string;
  #history: History | null = null;
  #stored: StoredDocument | null = null;
  #link: Link = { kind: 'none' };
  #unsent = new UnsentChanges(0);
  #awaitingAcknowledgement: PromiseDelegate<void> | null = null;
  #isReadOnly = false;
  #failure: string | null = null;
  #pause = FIRST_PAUSE;
  #cancelRetry = (): void => undefined;
  /** The page's own storage is being read: what comes into the document is nobody's change. */
  #isRestoring = false;
  #isOver = false;
  #syncState: SyncState = { kind: 'syncing', unsentChanges: 0 };
  #nextSave = 0;

  constructor(deps: LiveDocumentDependencies) {
    this.#deps = deps;
    this.kind = deps.kind;
    this.#path = deps.path;
    this.sharedModel = deps.sharedModel;
    this.#awarenessLink = new AwarenessLink(this.awareness, (payload) =>
      this.#sendFrame('awareness', payload),
    );
    this.ydoc.on('update', this.#onUpdate);
    this.ydoc.getMap('state').observe(this.#showSyncState);
    deps.socket.statusChanged.connect(this.#onStatus, this);
    deps.socket.message.connect(this.#onMessage, this);
    deps.socket.frame.connect(this.#onFrame, this);
    // Whoever waits for it hears of the failure; nobody may.
    this.#ready.promise.catch(() => undefined);
  }

  /** Begins. Where there is no connection, what this computer has of it is used until there is. */
  open(): void {
    if (this.#deps.socket.isConnected) this.#ask();
    else if (this.#deps.socket.status.kind !== 'connecting') void this.#openStored();
    else {
      this.#cancelRetry = this.#deps.clock.after(PATIENCE, () => {
        if (!this.#deps.socket.isConnected) void this.#openStored();
      });
    }
    this.#showSyncState();
  }

  /** Resolves when the content is there. @throws OpeningError */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** It is known which history this is. */
  get identified(): ISignal<this, void> {
    return this.#identified;
  }

  /** It takes no part any more, and what was not sent is kept as a fork; a new one has to be opened in its place. */
  get lost(): ISignal<this, ForkReason> {
    return this.#lost;
  }

  get isIdentified(): boolean {
    return this.#history !== null;
  }

  get documentId(): string {
    return this.#known.documentId;
  }

  get epoch(): string {
    return this.#known.epoch;
  }

  get path(): string {
    return this.#path;
  }

  get pathChanged(): ISignal<this, string> {
    return this.#pathChanged;
  }

  get ydoc(): Y.Doc {
    return this.sharedModel.ydoc;
  }

  get awareness(): Awareness {
    return this.sharedModel.awareness;
  }

  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }

  get syncState(): SyncState {
    return this.#syncState;
  }

  get syncStateChanged(): ISignal<this, SyncState> {
    return this.#syncStateChanged;
  }

  get disposed(): ISignal<this, void> {
    return this.#disposed;
  }

  acknowledged(): Promise<void> {
    if (this.#unsent.isSettled) return Promise.resolve();
    return (this.#awaitingAcknowledgement ??= new PromiseDelegate()).promise;
  }

  save(): Promise<void> {
    if (this.#link.kind !== 'joined') return Promise.reject(new Error('The server cannot be reached now.'));
    const request = this.#nextSave++;
    const saved = new PromiseDelegate<void>();
    this.#saves.set(request, saved);
    this.#deps.socket.send({ type: 'save', handle: this.#link.handle, request });
    return saved.promise;
  }

  /** Keeps its presence alive, as the server thinks of it. */
  renewAwareness(): void {
    this.#awarenessLink.renew();
  }

  /** Its last widget was closed. Idempotent. */
  dispose(): void {
    this.#leave();
    this.#ready.reject(new Error('The document was closed.'));
    this.#disposed.emit();
    Signal.clearData(this);
  }

  get #known(): History {
    if (this.#history === null) throw new Error('The document is not identified yet.');
    return this.#history;
  }

  #onStatus(): void {
    if (this.#isOver) return;
    if (this.#deps.socket.isConnected) {
      if (!this.#isRestoring) this.#ask();
    } else {
      this.#unlink();
      if (this.#history === null) void this.#openStored();
    }
    this.#showSyncState();
  }

  #ask(): void {
    this.#cancelRetry();
    const handle = this.#deps.newHandle();
    this.#link = { kind: 'asked', handle };
    const open = { type: 'open', handle, path: this.#path, kind: this.kind } as const;
    this.#deps.socket.send(this.#history === null ? open : { ...open, known: this.#history });
  }

  /** The connection came while nobody could ask. */
  #askIfDue(): void {
    if (this.#link.kind === 'none' && this.#deps.socket.isConnected) this.#ask();
  }

  #askLater(failure: string | null): void {
    this.#unlink();
    this.#failure = failure;
    this.#cancelRetry = this.#deps.clock.after(this.#pause, () => {
      if (this.#deps.socket.isConnected) this.#ask();
    });
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    this.#showSyncState();
  }

  /** Offline: whatever this computer has of the document is shown and can be changed. */
  async #openStored(): Promise<void> {
    const storage = this.#deps.storage();
    if (storage === null || this.#isRestoring || this.#history !== null) return;
    this.#isRestoring = true;
    const history = await storage.find(this.#path, this.kind).catch(() => null);
    if (history !== null && !this.#isOver) {
      await this.#restore(storage, history);
      this.#ready.resolve();
    }
    this.#isRestoring = false;
    if (!this.#isOver) this.#askIfDue();
    this.#showSyncState();
  }

  /** Takes over what is stored of a history, before anything of the server is in the document. */
  async #restore(storage: DocumentStorage | null, history: History): Promise<void> {
    this.#history = history;
    if (storage !== null) {
      this.#isRestoring = true;
      try {
        const stored = await storage.load({ ...history, kind: this.kind, path: this.#path, ydoc: this.ydoc });
        if (this.#isOver) return stored.close();
        this.#stored = stored;
        this.#unsent = new UnsentChanges(stored.unsentChanges);
        stored.forks.forEach((fork) => this.#deps.keepFork(fork));
      } catch {
        // The storage says so itself. The document is used without: the server has all that is confirmed.
      }
      this.#isRestoring = false;
    }
    this.#identified.emit();
  }

  #onMessage(_: LiveSocket, message: DownMessage): void {
    if (this.#isOver || this.#link.kind === 'none') return;
    if (!('handle' in message) || message.handle !== this.#link.handle) return;
    switch (message.type) {
      case 'opened':
        return void this.#onOpened(message);
      case 'refused':
        return this.#onRefused(message.code, message.message);
      case 'ended':
        return this.#onEnded(message.reason, message.message);
      case 'renamed':
        return this.#rename(message.path);
      case 'acknowledged':
        this.#unsent.confirmed(message.updates);
        return this.#unsentChanged();
      case 'saved': {
        const saved = this.#saves.get(message.request);
        this.#saves.delete(message.request);
        if (message.error === undefined) saved?.resolve();
        else saved?.reject(new Error(message.error));
      }
    }
  }

  async #onOpened({ handle, documentId, epoch, path, readOnly }: OpenedMessage): Promise<void> {
    const link: Link = { kind: 'joined', handle, waiting: [], hasAnswered: false, hasFetched: false };
    this.#link = link;
    this.#isReadOnly = readOnly;
    if (this.#history === null) await this.#restore(this.#deps.storage(), { documentId, epoch });
    if (this.#isOver) return;
    if (this.#link !== link) return this.#askIfDue();
    this.#rename(path);
    if (readOnly && this.#unsent.count > 0) return this.#lose('read-only');
    this.#failure = null;
    this.#sendFrame('state-vector', Y.encodeStateVector(this.ydoc));
    this.#awarenessLink.connected();
    const { waiting } = link;
    link.waiting = null;
    waiting?.forEach((frame) => this.#receive(frame));
    this.#showSyncState();
  }

  #onRefused(code: Refusal, message: string): void {
    this.#link = { kind: 'none' };
    if (code === 'unavailable') return this.#askLater(message);
    if (this.#history !== null) return this.#lose('other-history');
    this.#failure = message;
    this.#ready.reject(new OpeningError(code, message));
    this.#leave();
    this.#showSyncState();
  }

  #onEnded(reason: End, message: string): void {
    this.#unlink();
    switch (reason) {
      case 'deleted':
        return this.#lose('deleted');
      case 'read-only':
        return this.#lose('read-only');
      case 'malformed-update':
        return this.#lose('refused');
      case 'failed':
        return this.#askLater(message);
      case 'server-closing':
        return this.#askLater(null);
    }
  }

  #onFrame(_: LiveSocket, frame: LiveFrame): void {
    const link = this.#link;
    if (this.#isOver || link.kind !== 'joined' || frame.handle !== link.handle) return;
    if (link.waiting !== null) link.waiting.push(frame);
    else this.#receive(frame);
  }

  #receive({ kind, payload }: LiveFrame): void {
    const link = this.#link;
    if (link.kind !== 'joined') return;
    switch (kind) {
      case 'state-vector':
        if (this.#isReadOnly) return;
        link.hasAnswered = true;
        this.#unsent.sent();
        this.#sendFrame('missing', Y.encodeStateAsUpdate(this.ydoc, payload));
        return this.#unsentChanged();
      case 'missing':
        this.#apply(payload);
        link.hasFetched = true;
        this.#pause = FIRST_PAUSE;
        this.#ready.resolve();
        return this.#showSyncState();
      case 'update':
        return this.#apply(payload);
      case 'awareness':
        return this.#awarenessLink.receive(payload);
    }
  }

  #apply(update: Uint8Array): void {
    try {
      Y.applyUpdate(this.ydoc, update, this.remoteOrigin);
    } catch (error) {
      // All of it is in the document by then. Somebody who watches it failed, as `@jupyter/ydoc` 4.2 does where two people
      // write one execution count at once; that is to be seen, and not to end the syncing.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this.remoteOrigin || this.#isRestoring || this.#isReadOnly || this.#isOver) return;
    this.#unsent.add();
    if (this.#link.kind === 'joined' && this.#link.hasAnswered) {
      this.#unsent.sent();
      this.#sendFrame('update', update);
    }
    this.#unsentChanged();
  };

  #sendFrame(kind: LiveFrame['kind'], payload: Uint8Array): void {
    if (this.#link.kind !== 'joined') return;
    this.#deps.socket.sendFrame({ handle: this.#link.handle, kind, payload });
  }

  #unsentChanged(): void {
    this.#stored?.unsentChanged(this.#unsent.count);
    if (this.#unsent.isSettled) {
      this.#awaitingAcknowledgement?.resolve();
      this.#awaitingAcknowledgement = null;
    }
    this.#showSyncState();
  }

  #rename(path: string): void {
    if (path === this.#path) return;
    this.#path = path;
    this.#stored?.renamed(path);
    this.#pathChanged.emit(path);
  }

  #unlink(): void {
    this.#link = { kind: 'none' };
    this.#unsent.disconnected();
    this.#awarenessLink.disconnected();
    for (const saved of this.#saves.values()) saved.reject(new Error('The connection was lost.'));
    this.#saves.clear();
  }

  /** What was typed and is not sent is handed over, and nothing of it is merged by itself. */
  #lose(reason: ForkReason): void {
    const unsentChanges = this.#unsent.count;
    if (unsentChanges > 0)
      this.#deps.keepFork({
        ...this.#known,
        kind: this.kind,
        path: this.#path,
        state: Y.encodeStateAsUpdate(this.ydoc),
        unsentChanges,
        reason,
        keptAt: new Date(this.#deps.clock.now()),
      });
    const stored = this.#stored;
    this.#stored = null;
    // The fork is kept elsewhere by now. What stays behind is found, and made a fork again, when it is next opened.
    void stored?.forget().catch(() => undefined);
    this.#leave();
    this.#lost.emit(reason);
  }

  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelRetry();
    if (this.#link.kind !== 'none') this.#deps.socket.send({ type: 'close', handle: this.#link.handle });
    this.#unlink();
    this.#awarenessLink.close();
    this.#stored?.close();
    this.ydoc.off('update', this.#onUpdate);
    this.ydoc.getMap('state').unobserve(this.#showSyncState);
    Signal.disconnectReceiver(this);
  }

  readonly #showSyncState = (): void => {
    const state = this.#currentState();
    const last = this.#syncState;
    if (JSON.stringify(state) === JSON.stringify(last)) return;
    this.#syncState = state;
    this.#syncStateChanged.emit(state);
  };

  #currentState(): SyncState {
    const unsentChanges = this.#unsent.count;
    const link = this.#link;
    if (this.#failure !== null) return { kind: 'failed', message: this.#failure, unsentChanges };
    const { kind } = this.#deps.socket.status;
    if (kind !== 'connected' && kind !== 'connecting') return { kind: 'offline', unsentChanges };
    if (this.#isReadOnly) return { kind: 'read-only' };
    if (link.kind !== 'joined' || !link.hasFetched || !this.#unsent.isSettled)
      return { kind: 'syncing', unsentChanges };
    return { kind: this.ydoc.getMap('state').get('dirty') === true ? 'unsaved' : 'saved' };
  }
}
