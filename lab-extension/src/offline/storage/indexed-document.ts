import * as Y from 'yjs';
import { Coalesced } from '../../coalesced.ts';
import type { KeptFork, StorableDocument, StoredDocument } from '../../tokens.ts';
import type { OfflineDatabase } from './database.ts';
import {
  addUpdate,
  deleteDocument,
  deleteUpdates,
  readRecord,
  readTyped,
  readUpdates,
  type DocumentKey,
  unsentOf,
  type DocumentRecord,
} from './document-record.ts';
import type { OfflineChannel } from './offline-channel.ts';

/** What others do is written this much later than what is typed here: outputs come many times a second. */
const PAUSE = 1_000;
/** Many small updates are replaced by one state, from which what was deleted is gone; what is not confirmed stays beside it. */
const MOST_UPDATES = 400;
const LEAST_BYTES_TO_COMPACT = 256 * 1024;
/** Of what was typed so much is kept beside the state until the server has confirmed it. */
const MOST_TYPED_BYTES = 1024 * 1024;
/** The whole state is written after a failure, which is not to be tried at every key. */
const PAUSE_AFTER_FAILURE = 10_000;

export interface IndexedDocumentDependencies {
  readonly database: OfflineDatabase;
  readonly channel: OfflineChannel | null;
  /** This page, among those of one browser. */
  readonly tab: string;
  readonly isConnected: () => boolean;
  readonly now: () => number;
  /** Nothing could be written; what is to be written is the whole state then. Resolves to whether to try once more. */
  readonly failed: (error: unknown) => Promise<boolean>;
  readonly written: () => void;
  readonly closed: (document: IndexedDocument) => void;
}

/** An open document: each update of it goes into the database. */
export class IndexedDocument implements StoredDocument {
  readonly unsentChanges: number;
  readonly unsentUpdate: Uint8Array | null;
  /** In order; neighbours of one kind are written together. */
  #waiting: { readonly update: Uint8Array; readonly isTyped: boolean }[] = [];
  #unsent: number;
  /** Until the number of this tab has them in it. */
  #inherited: Readonly<Record<string, number>>;
  #hasTakenOver = false;
  #path: string;
  #mustWriteRecord = true;
  #mustWriteWhole = false;
  #writing: Promise<void> | null = null;
  #isClosed = false;
  #triesAgainAt = 0;
  #updates: number;
  #bytes: number;
  #bytesOfState: number;
  readonly #later = new Coalesced(() => void this.flush(), PAUSE);

  /** @param inherited the tabs whose changes came with what was stored, and how many those are */
  constructor(
    private readonly deps: IndexedDocumentDependencies,
    private readonly document: StorableDocument,
    private readonly key: DocumentKey,
    inherited: Readonly<Record<string, number>>,
    stored: readonly Uint8Array[],
    /** Those of them that were typed in this browser, since the last state at which all was confirmed. */
    typed: readonly Uint8Array[],
    readonly forks: readonly KeptFork[],
  ) {
    this.unsentChanges = Object.values(inherited).reduce((sum, count) => sum + count, 0);
    // Which of them are confirmed is not known; that they come twice does no harm.
    this.unsentUpdate = this.unsentChanges === 0 ? null : merged(typed);
    this.#unsent = this.unsentChanges;
    this.#inherited = inherited;
    this.#path = document.path;
    this.#updates = stored.length;
    this.#bytes = this.#bytesOfState = stored.reduce((sum, update) => sum + update.length, 0);
    document.ydoc.transact(() => {
      for (const update of stored) Y.applyUpdate(document.ydoc, update, this);
    }, this);
    document.ydoc.on('update', this.#onUpdate);
    this.deps.channel?.heard.connect(this.#onHeard);
  }

  get documentId(): string {
    return this.document.documentId;
  }

  unsentChanged(unsentChanges: number): void {
    this.#unsent = unsentChanges;
    this.#hasTakenOver = true;
    this.#mustWriteRecord = true;
    this.#later.request();
  }

  renamed(path: string): void {
    this.#path = path;
    this.#mustWriteRecord = true;
    this.#later.request();
  }

  async forget(): Promise<void> {
    this.#end();
    await this.#writing;
    await this.deps.database.transact(['documents', 'updates'], 'readwrite', (transaction) =>
      deleteDocument(transaction, this.key),
    );
  }

  close(): void {
    if (this.#isClosed) return;
    this.#end();
    // A failure was told by then, and there is nothing more to store.
    void this.flush();
  }

  /** Resolves once all that there was to write is written, or could not be. */
  flush(): Promise<void> {
    this.#later.cancel();
    if (this.deps.now() < this.#triesAgainAt) return Promise.resolve();
    return (this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    }));
  }

  #end(): void {
    this.#isClosed = true;
    this.#later.cancel();
    this.document.ydoc.off('update', this.#onUpdate);
    this.deps.channel?.heard.disconnect(this.#onHeard);
    this.deps.closed(this);
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown, _: Y.Doc, transaction: Y.Transaction): void => {
    if (origin === this) return;
    this.#waiting.push({ update, isTyped: transaction.local });
    if (!transaction.local) {
      this.#later.request();
      return;
    }
    if (!this.deps.isConnected()) this.deps.channel?.say({ type: 'typed', document: this.key, update });
    // After what others did before: what is typed may build on it.
    void this.flush();
  };

  readonly #onHeard = (
    _: unknown,
    message: { type: string; document?: DocumentKey; update?: Uint8Array },
  ): void => {
    if (message.type !== 'typed' || this.deps.isConnected() || message.update === undefined) return;
    if (message.document?.join('\0') !== this.key.join('\0')) return;
    // Stored by the tab that it is from.
    Y.applyUpdate(this.document.ydoc, message.update, this);
  };

  async #writeAll(): Promise<void> {
    // Twice at most for one thing: room may have been made.
    for (let failures = 0; failures < 2 && (this.#waiting.length > 0 || this.#mustWriteRecord);) {
      const waiting = this.#waiting.splice(0);
      this.#mustWriteRecord = false;
      try {
        await this.#write(waiting);
        this.deps.written();
        await this.#compact();
      } catch (error) {
        this.#mustWriteRecord = this.#mustWriteWhole = true;
        failures += 1;
        const hasRoom = await this.deps.failed(error);
        if (!hasRoom || failures === 2) this.#triesAgainAt = this.deps.now() + PAUSE_AFTER_FAILURE;
        if (!hasRoom) return;
      }
    }
  }

  async #write(
    waiting: readonly { readonly update: Uint8Array; readonly isTyped: boolean }[],
  ): Promise<void> {
    const isWhole = this.#mustWriteWhole;
    const typed = merged(waiting.flatMap(({ update, isTyped }) => (isTyped ? [update] : [])));
    const others = merged(waiting.flatMap(({ update, isTyped }) => (isTyped ? [] : [update])));
    const state = isWhole ? Y.encodeStateAsUpdate(this.document.ydoc) : others;
    const bytes = (state?.length ?? 0) + (typed?.length ?? 0);
    await this.deps.database.transact(['documents', 'updates'], 'readwrite', async (transaction) => {
      const old = await readRecord(transaction, this.key);
      // Together, for what is typed may build on what others did before.
      if (state !== null) await addUpdate(transaction, this.key, state, false);
      if (typed !== null) await addUpdate(transaction, this.key, typed, true);
      const [root, documentId, epoch] = this.key;
      const otherTabs = Object.entries(old?.unsent ?? {}).filter(
        ([tab]) => tab !== this.deps.tab && !(this.#hasTakenOver && tab in this.#inherited),
      );
      const own = this.#hasTakenOver && this.#unsent > 0 ? { [this.deps.tab]: this.#unsent } : {};
      const record: DocumentRecord = {
        root,
        documentId,
        epoch,
        kind: this.document.kind,
        path: this.#path,
        usedAt: this.deps.now(),
        bytes: this.#bytes + bytes,
        unsent: {
          ...Object.fromEntries(otherTabs),
          ...own,
        },
      };
      transaction.objectStore('documents').put(record);
    });
    if (isWhole) this.#mustWriteWhole = false;
    if (this.#hasTakenOver) this.#inherited = {};
    this.#updates += Number(state !== null) + Number(typed !== null);
    this.#bytes += bytes;
  }

  /** Of what is stored, also by other tabs, and not of what this tab has: it may lack something of theirs. */
  async #compact(): Promise<void> {
    const grown = this.#bytes - this.#bytesOfState;
    if (this.#updates <= MOST_UPDATES && grown <= Math.max(LEAST_BYTES_TO_COMPACT, this.#bytesOfState))
      return;
    await this.deps.database.transact(['documents', 'updates'], 'readwrite', async (transaction) => {
      const state = stateOf(await readUpdates(transaction, this.key));
      const record = await readRecord(transaction, this.key);
      const isConfirmed = record === undefined || unsentOf(record) === 0;
      const typed = isConfirmed ? null : merged(await readTyped(transaction, this.key));
      const isKept = typed !== null && typed.length <= MOST_TYPED_BYTES;
      await deleteUpdates(transaction, this.key);
      await addUpdate(transaction, this.key, state, false);
      if (isKept) await addUpdate(transaction, this.key, typed, true);
      this.#updates = isKept ? 2 : 1;
      this.#bytes = this.#bytesOfState = state.length + (isKept ? typed.length : 0);
    });
  }
}

function merged(updates: readonly Uint8Array[]): Uint8Array | null {
  return updates.length === 0 ? null : Y.mergeUpdates([...updates]);
}

/** One update with what all of them have, without what was deleted. */
export function stateOf(updates: readonly Uint8Array[]): Uint8Array {
  const document = new Y.Doc();
  document.transact(() => {
    for (const update of updates) Y.applyUpdate(document, update);
  });
  const state = Y.encodeStateAsUpdate(document);
  document.destroy();
  return state;
}
