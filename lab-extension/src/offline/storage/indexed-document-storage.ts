import { Signal, type ISignal } from '@lumino/signaling';
import type { WireDocumentKind } from '../../../../server/wire/document-kind.ts';
import type { History } from '../../../../server/wire/history.ts';
import type {
  DocumentStorage,
  ForkReason,
  KeptFork,
  StorableDocument,
  StoredDocument,
} from '../../tokens.ts';
import { forkRecordOf, putFork } from '../../forks/fork-record.ts';
import { resultOf, type OfflineDatabase } from './database.ts';
import {
  deleteDocument,
  keyOf,
  readRecord,
  readRecords,
  readTyped,
  readUpdates,
  unsentOf,
  type DocumentKey,
  type DocumentRecord,
} from './document-record.ts';
import { IndexedDocument, stateOf } from './indexed-document.ts';
import type { OfflineChannel } from './offline-channel.ts';
import { MOST_BYTES, MOST_DOCUMENTS, thinDocuments } from './thin-documents.ts';

/** Why what is typed is on this page alone until the server has it. */
export type StorageProblem =
  { readonly kind: 'full' } | { readonly kind: 'not-allowed'; readonly reason: string };

/** A document that opens in this browser without the server. */
export interface AvailableDocument extends History {
  readonly kind: WireDocumentKind;
  readonly path: string;
  readonly usedAt: Date;
  readonly unsentChanges: number;
}

export interface IndexedDocumentStorageDependencies {
  readonly database: OfflineDatabase;
  readonly channel: OfflineChannel | null;
  /** The folder that is served, by a name of its own: another server at this address has other files. */
  readonly root: string;
  readonly tab: string;
  readonly isConnected: () => boolean;
  readonly now: () => number;
}

/** Documents in the browser's database (docs/offline.md): they survive the page, the browser and the network. */
export class IndexedDocumentStorage implements DocumentStorage {
  #problem: StorageProblem | null = null;
  readonly #problemChanged = new Signal<this, StorageProblem | null>(this);
  readonly #forksChanged = new Signal<this, void>(this);
  readonly #open = new Set<IndexedDocument>();

  constructor(private readonly deps: IndexedDocumentStorageDependencies) {}

  get problem(): StorageProblem | null {
    return this.#problem;
  }

  get problemChanged(): ISignal<this, StorageProblem | null> {
    return this.#problemChanged;
  }

  /** The one used last first. Empty where nothing can be stored. */
  async available(): Promise<AvailableDocument[]> {
    const { database, root } = this.deps;
    const records = await database
      .transact(['documents'], 'readonly', (transaction) => readRecords(transaction, root))
      .catch((error: unknown) => {
        this.#report(error);
        return [];
      });
    return records.reverse().map((record) => ({
      documentId: record.documentId,
      epoch: record.epoch,
      kind: record.kind,
      path: record.path,
      usedAt: new Date(record.usedAt),
      unsentChanges: unsentOf(record),
    }));
  }

  async find(path: string, kind: WireDocumentKind): Promise<History | null> {
    const { database, root } = this.deps;
    const records = await database.transact(['documents'], 'readonly', (transaction) =>
      recordsAt(transaction, root, path),
    );
    const found = records
      .filter((record) => record.kind.type === kind.type)
      .sort((one, other) => other.usedAt - one.usedAt)[0];
    return found === undefined ? null : { documentId: found.documentId, epoch: found.epoch };
  }

  /** What no server will take: it is a fork from now on, and stored as a document no longer. */
  async keepAsFork(history: History, reason: ForkReason): Promise<void> {
    const { database, root, channel } = this.deps;
    await database.transact(['documents', 'updates', 'forks'], 'readwrite', async (transaction) => {
      const record = await readRecord(transaction, [root, history.documentId, history.epoch]);
      if (record !== undefined) await this.#makeFork(transaction, record, reason);
    });
    channel?.say({ type: 'forks-changed' });
    this.#forksChanged.emit();
  }

  /** Some were made here. */
  get forksChanged(): ISignal<this, void> {
    return this.#forksChanged;
  }

  async load(document: StorableDocument): Promise<StoredDocument> {
    const { database, root } = this.deps;
    const key: DocumentKey = [root, document.documentId, document.epoch];
    const stores = ['documents', 'updates', 'forks'] as const;
    const loaded = await database
      .transact(stores, 'readwrite', async (transaction) => {
        const forks = await this.#takeOthers(transaction, document);
        const record = await readRecord(transaction, key);
        await thinDocuments(transaction, root, (id) => id === document.documentId || this.#isOpen(id));
        const [updates, typed] = [await readUpdates(transaction, key), await readTyped(transaction, key)];
        return { forks, unsent: record?.unsent ?? {}, updates, typed };
      })
      .catch((error: unknown) => {
        this.#report(error);
        throw error;
      });
    const stored = new IndexedDocument(
      {
        ...this.deps,
        failed: (error) => this.#failed(error),
        written: () => this.#become(null),
        closed: (each) => this.#open.delete(each),
      },
      document,
      key,
      loaded.unsent,
      loaded.updates,
      loaded.typed,
      loaded.forks,
    );
    this.#open.add(stored);
    void stored.flush();
    return stored;
  }

  /** Of the same file, but of another history: kept as forks in the same transaction, so that no crash loses them. */
  async #takeOthers(
    transaction: IDBTransaction,
    { documentId, epoch, path }: StorableDocument,
  ): Promise<KeptFork[]> {
    const { root } = this.deps;
    const all = await readRecords(transaction, root);
    const others = all.filter(
      (record) =>
        (record.path === path || record.documentId === documentId) &&
        !(record.documentId === documentId && record.epoch === epoch),
    );
    const forks: KeptFork[] = [];
    for (const record of others) {
      if (unsentOf(record) > 0) forks.push(await this.#makeFork(transaction, record, 'other-history'));
      else await deleteDocument(transaction, keyOf(record));
    }
    return forks;
  }

  async #makeFork(
    transaction: IDBTransaction,
    record: DocumentRecord,
    reason: ForkReason,
  ): Promise<KeptFork> {
    const { documentId, epoch, kind, path } = record;
    const fork: KeptFork = {
      ...{ documentId, epoch, kind, path, reason },
      state: stateOf(await readUpdates(transaction, keyOf(record))),
      unsentChanges: unsentOf(record),
      keptAt: new Date(this.deps.now()),
    };
    await putFork(transaction, forkRecordOf(record.root, fork));
    await deleteDocument(transaction, keyOf(record));
    return fork;
  }

  async #failed(error: unknown): Promise<boolean> {
    this.#report(error);
    if (!isQuota(error)) return false;
    const { database, root } = this.deps;
    // Half of what there may be: less would be full again at once.
    const bounds = { documents: MOST_DOCUMENTS, bytes: MOST_BYTES / 2 };
    const all = await this.available();
    return database
      .transact(['documents', 'updates'], 'readwrite', (transaction) =>
        thinDocuments(transaction, root, (id) => this.#isOpen(id), {
          ...bounds,
          documents: Math.floor(all.length / 2),
        }),
      )
      .then(
        () => true,
        // Not even that: said already.
        () => false,
      );
  }

  #isOpen(documentId: string): boolean {
    return [...this.#open].some((each) => each.documentId === documentId);
  }

  #report(error: unknown): void {
    if (isQuota(error)) this.#become({ kind: 'full' });
    else
      this.#become({ kind: 'not-allowed', reason: error instanceof Error ? error.message : String(error) });
  }

  #become(problem: StorageProblem | null): void {
    if (problem === null && this.#problem === null) return;
    this.#problem = problem;
    this.#problemChanged.emit(problem);
  }
}

function isQuota(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

async function recordsAt(transaction: IDBTransaction, root: string, path: string): Promise<DocumentRecord[]> {
  const index = transaction.objectStore('documents').index('path');
  return (await resultOf(index.getAll([root, path]))) as DocumentRecord[];
}
