import type { DocumentIdentity, DocumentKind, SharedDocument, SharedDocuments } from '../shared-document.ts';
import type { DocumentRooms } from './document-rooms.ts';

/** Shared documents that are imported (Yjs with them) when somebody opens the first one. */
export class LazyDocuments implements SharedDocuments {
  readonly #load: () => Promise<DocumentRooms>;
  #loading: Promise<DocumentRooms> | null = null;
  #rooms: DocumentRooms | null = null;

  constructor(load: () => Promise<DocumentRooms>) {
    this.#load = load;
  }

  /** Null while nobody has opened a document. */
  get rooms(): DocumentRooms | null {
    return this.#rooms;
  }

  async isIdentified(path: string, kind: DocumentKind): Promise<boolean> {
    return (await this.#imported()).isIdentified(path, kind);
  }

  async identify(path: string, kind: DocumentKind): Promise<DocumentIdentity> {
    return (await this.#imported()).identify(path, kind);
  }

  async identityOf(documentId: string): Promise<DocumentIdentity | null> {
    return (await this.#imported()).identityOf(documentId);
  }

  async open(documentId: string): Promise<SharedDocument> {
    return (await this.#imported()).open(documentId);
  }

  loadedAt(path: string): SharedDocument | null {
    return this.#rooms?.loadedAt(path) ?? null;
  }

  loaded(): Iterable<SharedDocument> {
    return this.#rooms?.loaded() ?? [];
  }

  async close(): Promise<void> {
    const rooms = await this.#loading?.catch(() => null); // whoever asked for it was told
    await rooms?.close();
  }

  #imported(): Promise<DocumentRooms> {
    return (this.#loading ??= this.#load().then(
      (rooms) => (this.#rooms = rooms),
      (error: unknown) => {
        this.#loading = null; // the next one tries again
        throw error;
      },
    ));
  }
}
