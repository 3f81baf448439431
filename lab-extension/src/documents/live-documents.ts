import { YFile, YNotebook, type ISharedDocument } from '@jupyter/ydoc';
import { PromiseDelegate } from '@lumino/coreutils';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { WireDocumentKind } from '../../../server/wire/document-kind.ts';
import { AwarenessLink } from '../live/awareness-link.ts';
import type { LiveClock } from '../live/live-clock.ts';
import { LiveDocument } from '../live/live-document.ts';
import type { LiveModel } from '../live/live-document-dependencies.ts';
import type { LiveSocket } from '../live/live-socket.ts';
import type { DocumentStorage, ForkKeeper, ForkReason, ILiveDocuments, KeptFork } from '../tokens.ts';

/** What the server calls the page itself; documents are counted from 1. */
const PAGE_ITSELF = 0;

/** The shared documents that are open on this page, and who is here. */
export class LiveDocuments implements ILiveDocuments {
  readonly awareness = new Awareness(new Y.Doc());
  readonly #open = new Set<LiveDocument>();
  readonly #added = new Signal<this, LiveDocument>(this);
  readonly #removed = new Signal<this, LiveDocument>(this);
  readonly #lost = new Signal<this, { readonly document: LiveDocument; readonly reason: ForkReason }>(this);
  #documents: readonly LiveDocument[] = [];
  #storage: DocumentStorage | null = null;
  readonly #hasStorage = new PromiseDelegate<void>();
  #forkKeeper: ForkKeeper | null = null;
  /** Until somebody keeps them. */
  #forks: KeptFork[] = [];
  #lastHandle = PAGE_ITSELF;

  constructor(
    readonly connection: LiveSocket,
    private readonly clock: LiveClock,
  ) {
    const presence = new AwarenessLink(this.awareness, (payload) =>
      connection.sendFrame({ handle: PAGE_ITSELF, kind: 'awareness', payload }),
    );
    connection.statusChanged.connect(() => {
      if (connection.isConnected) presence.connected();
      else presence.disconnected();
    });
    connection.frame.connect((_, { handle, payload }) => {
      if (handle === PAGE_ITSELF) presence.receive(payload);
    });
    connection.message.connect((_, { type }) => {
      if (type !== 'alive') return;
      presence.renew();
      for (const document of this.#open) document.renewAwareness();
    });
  }

  get documents(): readonly LiveDocument[] {
    return this.#documents;
  }

  get added(): ISignal<this, LiveDocument> {
    return this.#added;
  }

  get removed(): ISignal<this, LiveDocument> {
    return this.#removed;
  }

  /** One may not be gone on with; its widgets are to show a new one in its place. */
  get lost(): ISignal<this, { readonly document: LiveDocument; readonly reason: ForkReason }> {
    return this.#lost;
  }

  /**
   * Takes part in the document of a file with an empty model; the content comes (`ready`).
   * @param shown resolves once something on the page is to show it: nobody else is told of it before
   */
  open(
    path: string,
    kind: WireDocumentKind,
    sharedModel: LiveModel,
    shown: Promise<void> = Promise.resolve(),
  ): LiveDocument {
    const document = this.#create(path, kind, sharedModel);
    this.#open.add(document);
    document.lost.connect((_, reason) => this.#lost.emit({ document, reason }));
    sharedModel.disposed.connect(() => this.#close(document));
    Promise.all([document.ready, shown]).then(
      () => {
        if (!this.#open.has(document)) return;
        this.#documents = [...this.#documents, document];
        this.#added.emit(document);
      },
      () => this.#open.delete(document),
    );
    document.open();
    return document;
  }

  async sendStored(path: string, kind: WireDocumentKind): Promise<void> {
    const sharedModel = kind.type === 'notebook' ? new YNotebook() : new YFile();
    // Not among those that are open: nobody is in it, and one that is opened meanwhile is another.
    const document = this.#create(path, kind, sharedModel);
    const lost = new Promise<void>((resolve) => document.lost.connect(() => resolve()));
    document.open();
    try {
      await Promise.race([document.ready.then(() => document.acknowledged()), lost]);
    } finally {
      document.dispose();
      sharedModel.dispose();
    }
  }

  /** As `at`, and those whose content is still to come. */
  openAt(path: string): LiveDocument | null {
    for (const document of this.#open) if (document.path === path) return document;
    return null;
  }

  at(path: string): LiveDocument | null {
    return this.#documents.find((document) => document.path === path) ?? null;
  }

  of(widget: Widget): LiveDocument | null {
    const { context } = widget as { context?: { model?: { sharedModel?: ISharedDocument } } };
    const model = context?.model?.sharedModel;
    return model === undefined ? null : this.ofModel(model);
  }

  ofModel(model: ISharedDocument): LiveDocument | null {
    return this.#documents.find(({ sharedModel }) => sharedModel === model) ?? null;
  }

  /** Resolves once what this computer has of documents can be read. */
  get hasStorage(): Promise<void> {
    return this.#hasStorage.promise;
  }

  setStorage(storage: DocumentStorage): IDisposable {
    this.#storage = storage;
    this.#hasStorage.resolve();
    return new DisposableDelegate(() => (this.#storage = null));
  }

  setForkKeeper(keeper: ForkKeeper): IDisposable {
    this.#forkKeeper = keeper;
    for (const fork of this.#forks.splice(0)) keeper.keep(fork);
    return new DisposableDelegate(() => (this.#forkKeeper = null));
  }

  #create(path: string, kind: WireDocumentKind, sharedModel: LiveModel): LiveDocument {
    return new LiveDocument({
      socket: this.connection,
      clock: this.clock,
      kind,
      path,
      sharedModel,
      newHandle: () => ++this.#lastHandle,
      storage: () => this.#storage,
      keepFork: (fork) => {
        if (this.#forkKeeper === null) this.#forks.push(fork);
        else this.#forkKeeper.keep(fork);
      },
    });
  }

  #close(document: LiveDocument): void {
    this.#open.delete(document);
    const wasThere = this.#documents.includes(document);
    this.#documents = this.#documents.filter((other) => other !== document);
    document.dispose();
    if (wasThere) this.#removed.emit(document);
  }
}
