import { posix } from 'node:path';
import type { EventLog } from '../../event-log/event-log.ts';
import { DocumentError } from '../shared-document.ts';
import type {
  DocumentAttachment,
  DocumentIdentity,
  DocumentKind,
  SharedDocument,
  SharedDocuments,
} from '../shared-document.ts';
import { withoutOuterSlashes } from '../url-path.ts';
import type { DocumentFiles, DocumentSource } from './document-files.ts';
import type { DocumentIndex } from './document-index.ts';
import type { DocumentRecord } from './document-record.ts';
import { DocumentRoom } from './document-room.ts';
import { IdleUnloading } from './idle-unloading.ts';
import { loadDocument } from './load-document.ts';

/** So long what was read to identify a file is what its document is made of; what the file became since is merged. */
const READ_FOR_MS = 10_000;

/** The documents that are open, each loaded once. */
export class DocumentRooms implements SharedDocuments {
  readonly #log: EventLog;
  readonly #index: DocumentIndex;
  readonly #files: DocumentFiles;
  readonly #attachments: readonly DocumentAttachment[];
  readonly #warn: (message: string) => void;
  readonly #onUnloaded: (path: string) => void;
  readonly #idle: IdleUnloading<DocumentRoom>;
  readonly #rooms = new Map<string, DocumentRoom>();
  readonly #loading = new Map<string, Promise<DocumentRoom>>();
  readonly #unloading = new Map<string, Promise<void>>();
  /** Nobody has had anything of their epochs yet. */
  readonly #fresh = new Set<string>();
  /** What was read of the file of the latest of them. */
  #read: { readonly documentId: string; readonly source: DocumentSource } | null = null;
  readonly #identifying = new Map<string, Promise<DocumentRecord>>();
  #closing: Promise<void> | null = null;

  constructor(deps: {
    readonly log: EventLog;
    readonly index: DocumentIndex;
    readonly files: DocumentFiles;
    readonly attachments: readonly DocumentAttachment[];
    /** Milliseconds for which a document stays loaded that nobody uses. */
    readonly idle: number;
    readonly warn: (message: string) => void;
    /** A document is no longer loaded. */
    readonly onUnloaded: (path: string) => void;
  }) {
    this.#log = deps.log;
    this.#index = deps.index;
    this.#files = deps.files;
    this.#attachments = deps.attachments;
    this.#warn = deps.warn;
    this.#onUnloaded = deps.onUnloaded;
    this.#idle = new IdleUnloading(deps.idle, (room) => void this.#unload(room));
  }

  async identify(asked: string, kind: DocumentKind): Promise<DocumentIdentity> {
    const path = plainPath(asked);
    const known = this.#index.at(path, kind);
    if (known !== undefined) return known;
    const key = `${kind.type}:${path}`;
    let identifying = this.#identifying.get(key);
    if (identifying === undefined) {
      identifying = this.#identify(path, kind).finally(() => this.#identifying.delete(key));
      this.#identifying.set(key, identifying);
    }
    return identifying;
  }

  isIdentified(path: string, kind: DocumentKind): Promise<boolean> {
    return Promise.resolve(this.#index.at(path, kind) !== undefined);
  }

  identityOf(documentId: string): Promise<DocumentIdentity | null> {
    const record = this.#index.get(documentId);
    return Promise.resolve(record === undefined || record.isDeleted ? null : record);
  }

  async open(documentId: string): Promise<SharedDocument> {
    if (this.#closing !== null) throw new DocumentError('unknown-document', 'The server is closing.');
    const open = this.#rooms.get(documentId);
    if (open !== undefined && !open.hasEnded && !this.#unloading.has(documentId)) return open;
    let loading = this.#loading.get(documentId);
    if (loading === undefined) {
      loading = this.#load(documentId).finally(() => this.#loading.delete(documentId));
      this.#loading.set(documentId, loading);
    }
    return loading;
  }

  /** Or is being loaded, or unloaded. */
  isLoaded(documentId: string): boolean {
    return [this.#rooms, this.#loading, this.#unloading].some((known) => known.has(documentId));
  }

  loadedAt(path: string): SharedDocument | null {
    for (const type of [
      { type: 'notebook', format: 'json' },
      { type: 'file', format: 'text' },
    ] as const) {
      const record = this.#index.at(path, type);
      const room = record === undefined ? undefined : this.#rooms.get(record.documentId);
      if (room !== undefined && !room.hasEnded) return room;
    }
    return null;
  }

  *loaded(): Iterable<SharedDocument> {
    for (const room of this.#rooms.values()) if (!room.hasEnded) yield room;
  }

  /** The index knows of it already. */
  async moved({ documentId, path }: DocumentRecord): Promise<void> {
    await (await this.#openNow(documentId))?.rename(path);
  }

  /** The index knows of it already. */
  async deleted(documentId: string): Promise<void> {
    const room = await this.#openNow(documentId);
    if (room === null) return;
    room.endForAll({ reason: 'deleted' });
    await this.#unload(room);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#idle.close();
    await Promise.allSettled(this.#loading.values());
    const rooms = [...this.#rooms.values()];
    for (const room of rooms) room.endForAll({ reason: 'server-closing' });
    await Promise.all(rooms.map((room) => this.#unload(room)));
    await Promise.all(this.#unloading.values());
  }

  async #openNow(documentId: string): Promise<DocumentRoom | null> {
    // One that cannot be loaded has nobody to be told.
    const loading = this.#loading.get(documentId)?.catch(() => null);
    return (await loading) ?? this.#rooms.get(documentId) ?? null;
  }

  async #identify(path: string, kind: DocumentKind): Promise<DocumentRecord> {
    const source = await this.#files.read(path, kind);
    if (source === null) throw new DocumentError('file-not-found', `There is no file ${path}.`);
    const moved = await this.#files.findMoved(path, kind, this.#index.all(), source);
    if (moved !== null) return this.#index.move(moved.documentId, path);
    const created = await this.#index.create(path, kind);
    this.#fresh.add(created.documentId);
    this.#remember(created.documentId, source);
    return created;
  }

  /** Who asks for an identity opens the document next, in most cases. */
  #remember(documentId: string, source: DocumentSource): void {
    const read = { documentId, source };
    this.#read = read;
    setTimeout(() => {
      if (this.#read === read) this.#read = null;
    }, READ_FOR_MS).unref();
  }

  /** What the file of a new document holds. */
  async #readFor({ documentId, path, kind }: DocumentRecord): Promise<DocumentSource | null> {
    const read = this.#read;
    if (read?.documentId !== documentId) return this.#files.read(path, kind);
    this.#read = null;
    return read.source;
  }

  async #load(documentId: string): Promise<DocumentRoom> {
    await this.#unloading.get(documentId);
    const known = this.#index.get(documentId);
    if (known === undefined || known.isDeleted)
      throw new DocumentError('unknown-document', `There is no document ${documentId}.`);
    const deps = {
      ...{ log: this.#log, index: this.#index, files: this.#files, warn: this.#warn },
      read: (wanted: DocumentRecord) => this.#readFor(wanted),
    };
    const { record, model, log, history, made } = await loadDocument(
      deps,
      known,
      this.#fresh.has(documentId),
    );
    this.#fresh.delete(documentId);
    const { path } = record;
    const room: DocumentRoom = new DocumentRoom({
      identity: record,
      model,
      log,
      history,
      onUnused: () => this.#idle.unused(room),
      onFailed: (error) => {
        this.#warn(`The document of ${room.path} was closed: ${String(error)}`);
        void this.#unload(room);
      },
    });
    try {
      await room.change('server', ({ ystate }) => {
        if (ystate.get('path') !== path) ystate.set('path', path);
      });
      await this.#files.bringUpToFile(room, made);
    } catch (error) {
      await room.unload();
      throw error;
    }
    this.#rooms.set(documentId, room);
    room.attach(this.#attachments);
    this.#idle.unused(room);
    return room;
  }

  #unload(room: DocumentRoom): Promise<void> {
    const { documentId } = room;
    const underWay = this.#unloading.get(documentId);
    if (underWay !== undefined) return underWay;
    const unloading = room
      .unload()
      .catch((error: unknown) =>
        this.#warn(`The document of ${room.path} was not closed well: ${String(error)}`),
      )
      .finally(() => {
        this.#unloading.delete(documentId);
        if (this.#rooms.get(documentId) === room) this.#rooms.delete(documentId);
        this.#onUnloaded(room.path);
      });
    this.#unloading.set(documentId, unloading);
    return unloading;
  }
}

/** One file is one document, however it is spelled. */
function plainPath(path: string): string {
  return withoutOuterSlashes(posix.normalize(path));
}
