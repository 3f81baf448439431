import { PromiseDelegate } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';
import * as Y from 'yjs';
import type { Awareness } from 'y-protocols/awareness';
import type { WireDocumentKind } from '../../../server/wire/document-kind.ts';
import type { End } from '../../../server/wire/ended.ts';
import type { History } from '../../../server/wire/history.ts';
import type { LiveFrame } from '../../../server/wire/live-frame.ts';
import type { OpenedMessage } from '../../../server/wire/opened.ts';
import type { Refusal } from '../../../server/wire/refused.ts';
import type { DocumentStorage, ForkReason, ILiveDocument, StoredDocument, SyncState } from '../tokens.ts';
import { applyRemote } from './apply-remote.ts';
import { AwarenessLink } from './awareness-link.ts';
import { DocumentLink, type DocumentMessage, type Joined } from './document-link.ts';
import type { LiveDocumentDependencies, LiveModel } from './live-document-dependencies.ts';
import { OpeningError } from './opening-error.ts';
import { SaveRequests } from './save-requests.ts';
import { syncStateOf } from './sync-state-of.ts';
import { UnsentChanges } from './unsent-changes.ts';

/** So long a first connection may take before a document is shown as this computer has it. */
const PATIENCE = 3_000;

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
  readonly #link: DocumentLink;
  readonly #saves = new SaveRequests();
  readonly #pathChanged = new Signal<this, string>(this);
  readonly pathChanged: ISignal<this, string> = this.#pathChanged;
  readonly #syncStateChanged = new Signal<this, SyncState>(this);
  readonly syncStateChanged: ISignal<this, SyncState> = this.#syncStateChanged;
  readonly #identified = new Signal<this, void>(this);
  /** It is known which history this is. */
  readonly identified: ISignal<this, void> = this.#identified;
  readonly #lost = new Signal<this, ForkReason>(this);
  /** It takes no part any more, and what was not sent is kept as a fork; a new one has to be opened in its place. */
  readonly lost: ISignal<this, ForkReason> = this.#lost;
  readonly #disposed = new Signal<this, void>(this);
  readonly disposed: ISignal<this, void> = this.#disposed;
  #path: string;
  #history: History | null = null;
  #stored: StoredDocument | null = null;
  #unsent = new UnsentChanges(0);
  #awaitingAcknowledgement: PromiseDelegate<void> | null = null;
  #isReadOnly = false;
  #failure: string | null = null;
  /** The page's own storage is being read: what comes into the document is nobody's change. */
  #isRestoring = false;
  #isOver = false;
  #syncState: SyncState = { kind: 'syncing', unsentChanges: 0 };

  constructor(deps: LiveDocumentDependencies) {
    this.#deps = deps;
    this.kind = deps.kind;
    this.#path = deps.path;
    this.sharedModel = deps.sharedModel;
    const { socket, clock } = deps;
    this.#link = new DocumentLink({
      ...{ socket, clock },
      newHandle: () => deps.newHandle(),
      request: () => {
        const { kind, path } = this;
        return this.#history === null ? { path, kind } : { path, kind, known: this.#history };
      },
      onMessage: (message) => this.#onMessage(message),
      onFrame: (frame, joined) => this.#receive(frame, joined),
    });
    this.#awarenessLink = new AwarenessLink(this.awareness, (payload) =>
      this.#link.send('awareness', payload),
    );
    this.ydoc.on('update', this.#onUpdate);
    this.ydoc.getMap('state').observe(this.#showSyncState);
    socket.statusChanged.connect(this.#onStatus, this);
    // Whoever waits for it hears of the failure; nobody may.
    this.#ready.promise.catch(() => undefined);
  }

  /** Begins. Where there is no connection, what this computer has of it is used until there is. */
  open(): void {
    if (this.#deps.socket.isConnected) this.#link.ask();
    else if (this.#deps.socket.status.kind !== 'connecting') void this.#openStored();
    else {
      this.#link.wait(PATIENCE, () => {
        if (!this.#deps.socket.isConnected) void this.#openStored();
      });
    }
    this.#showSyncState();
  }

  /** Resolves when the content is there. @throws OpeningError */
  get ready(): Promise<void> {
    return this.#ready.promise;
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

  acknowledged(): Promise<void> {
    if (this.#unsent.isSettled) return Promise.resolve();
    return (this.#awaitingAcknowledgement ??= new PromiseDelegate()).promise;
  }

  save(): Promise<void> {
    const { joined } = this.#link;
    if (joined === null) return Promise.reject(new Error('The server cannot be reached now.'));
    return this.#saves.ask((request) =>
      this.#deps.socket.send({ type: 'save', handle: joined.handle, request }),
    );
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
      if (!this.#isRestoring) this.#link.ask();
    } else {
      this.#unlink();
      if (this.#history === null) void this.#openStored();
    }
    this.#showSyncState();
  }

  #askLater(failure: string | null): void {
    this.#unlink();
    this.#failure = failure;
    this.#link.askLater();
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
    if (!this.#isOver) this.#link.askIfDue();
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
        this.#unsent = new UnsentChanges(stored.unsentChanges, stored.unsentUpdate);
        stored.forks.forEach((fork) => this.#deps.keepFork(fork));
      } catch {
        // The storage says so itself. The document is used without: the server has all that is confirmed.
      }
      this.#isRestoring = false;
    }
    this.#identified.emit();
  }

  #onMessage(message: DocumentMessage): void {
    if (this.#isOver) return;
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
      case 'saved':
        return this.#saves.answered(message.request, message.error);
    }
  }

  async #onOpened({ documentId, epoch, path, readOnly }: OpenedMessage): Promise<void> {
    const { joined } = this.#link;
    this.#isReadOnly = readOnly;
    if (this.#history === null) await this.#restore(this.#deps.storage(), { documentId, epoch });
    if (this.#isOver) return;
    if (this.#link.joined !== joined) return this.#link.askIfDue();
    this.#rename(path);
    if (readOnly && this.#unsent.count > 0) return this.#lose('read-only');
    this.#failure = null;
    this.#sendUnsent();
    this.#link.send('state-vector', Y.encodeStateVector(this.ydoc));
    this.#awarenessLink.connected();
    this.#link.listen();
    this.#showSyncState();
  }

  /** First of all: what the state vectors bring later lacks what was deleted here meanwhile, by a cell's move say. */
  #sendUnsent(): void {
    const { update } = this.#unsent;
    if (update === null) return;
    this.#unsent.sent();
    this.#link.send('update', update);
  }

  #onRefused(code: Refusal, message: string): void {
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

  #receive({ kind, payload }: LiveFrame, joined: Joined): void {
    if (this.#isOver) return;
    switch (kind) {
      case 'state-vector':
        if (this.#isReadOnly) return;
        joined.hasAnswered = true;
        this.#unsent.sent();
        this.#link.send('missing', Y.encodeStateAsUpdate(this.ydoc, payload));
        return this.#unsentChanged();
      case 'missing':
        applyRemote(this.ydoc, payload, this.remoteOrigin);
        this.#link.fetched(joined);
        this.#ready.resolve();
        return this.#showSyncState();
      case 'update':
        return applyRemote(this.ydoc, payload, this.remoteOrigin);
      case 'awareness':
        return this.#awarenessLink.receive(payload);
    }
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this.remoteOrigin || this.#isRestoring || this.#isReadOnly || this.#isOver) return;
    this.#unsent.add(update);
    if (this.#link.joined?.hasAnswered === true) {
      this.#unsent.sent();
      this.#link.send('update', update);
    }
    this.#unsentChanged();
  };

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
    this.#link.lost();
    this.#unsent.disconnected();
    this.#awarenessLink.disconnected();
    this.#saves.lost();
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
    this.#link.close();
    this.#unlink();
    this.#awarenessLink.close();
    this.#stored?.close();
    this.ydoc.off('update', this.#onUpdate);
    this.ydoc.getMap('state').unobserve(this.#showSyncState);
    Signal.disconnectReceiver(this);
  }

  readonly #showSyncState = (): void => {
    const { joined } = this.#link;
    const state = syncStateOf({
      failure: this.#failure,
      connection: this.#deps.socket.status.kind,
      isReadOnly: this.#isReadOnly,
      isFetched: joined?.hasFetched === true,
      unsent: this.#unsent,
      ydoc: this.ydoc,
    });
    const last = this.#syncState;
    if (JSON.stringify(state) === JSON.stringify(last)) return;
    this.#syncState = state;
    this.#syncStateChanged.emit(state);
  };
}
