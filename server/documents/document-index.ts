import { randomUUID } from 'node:crypto';
import { EventLogError } from '../../event-log/event-log.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import type { DocumentEvent } from '../../event-log/events/document.ts';
import type { DocumentKind } from '../shared-document.ts';
import type { DocumentRecord, SyncedFile } from './document-record.ts';

const STREAM = 'documents';
/** So many events more than there are documents, and they are listed anew. */
const SPARE_EVENTS = 1000;

/** Which documents there are and where their files are: the stream `documents`, in memory. */
export class DocumentIndex {
  readonly #log: EventLog;
  readonly #records = new Map<string, DocumentRecord>();
  /** Those that are not deleted, by kind and path. */
  readonly #byPath = new Map<string, DocumentRecord>();
  #events = 0;

  private constructor(log: EventLog) {
    this.#log = log;
  }

  /** What cannot be read is left out. @throws EventLogError */
  static async load(log: EventLog, warn: (message: string) => void): Promise<DocumentIndex> {
    const index = new DocumentIndex(log);
    let damagedUpTo = 0;
    let isRead = false;
    while (!isRead) {
      try {
        for await (const event of log.read(STREAM, { after: damagedUpTo })) {
          index.#events += 1;
          index.#evolve(event as DocumentEvent, event.time);
        }
        isRead = true;
      } catch (error) {
        damagedUpTo = damagedBehind(error, damagedUpTo);
        warn(`Of which documents there are, a record is lost: ${String(error)}`);
      }
    }
    // It is said once: what is left is written anew.
    if (damagedUpTo > 0) await index.#list();
    return index;
  }

  get(documentId: string): DocumentRecord | undefined {
    return this.#records.get(documentId);
  }

  at(path: string, kind: DocumentKind): DocumentRecord | undefined {
    return this.#byPath.get(keyOf(path, kind));
  }

  all(): Iterable<DocumentRecord> {
    return this.#records.values();
  }

  async create(path: string, kind: DocumentKind): Promise<DocumentRecord> {
    const documentId = randomUUID();
    await this.#append({
      type: 'document-created',
      version: 1,
      data: { documentId, epoch: randomUUID(), path, kind },
    });
    return this.#known(documentId);
  }

  /** For a document whose history the log has not (I3). */
  async beginEpoch(documentId: string): Promise<DocumentRecord> {
    const { path, kind } = this.#known(documentId);
    await this.#append({
      type: 'document-created',
      version: 1,
      data: { documentId, epoch: randomUUID(), path, kind },
    });
    return this.#known(documentId);
  }

  async move(documentId: string, path: string): Promise<DocumentRecord> {
    await this.#append({ type: 'document-moved', version: 1, data: { documentId, path } });
    return this.#known(documentId);
  }

  async delete(documentId: string): Promise<void> {
    await this.#append({ type: 'document-deleted', version: 1, data: { documentId } });
  }

  /** There is nothing more of them: their ids name nothing. */
  async forget(documentIds: readonly string[]): Promise<void> {
    if (documentIds.length === 0) return;
    for (const documentId of documentIds) this.#records.delete(documentId);
    await this.#list();
  }

  /** What its file holds now is what the document holds. */
  async synced(documentId: string, synced: SyncedFile): Promise<void> {
    const before = this.#known(documentId).synced;
    if (before?.sha256 === synced.sha256 && before.inode === synced.inode) return;
    await this.#append({ type: 'document-synced', version: 1, data: { documentId, synced } });
  }

  #known(documentId: string): DocumentRecord {
    const record = this.#records.get(documentId);
    if (record === undefined) throw new TypeError(`There is no document ${documentId}.`);
    return record;
  }

  async #append(event: DocumentEvent): Promise<void> {
    const appended = { ...event, actor: 'server', causedBy: null, frames: [] };
    await this.#log.append(STREAM, [appended]);
    this.#events += 1;
    this.#evolve(event, Date.now());
    if (this.#events > 2 * this.#records.size + SPARE_EVENTS) await this.#list();
  }

  /** Says all of it in one event, and forgets how it came to that. */
  async #list(): Promise<void> {
    this.#events = 1;
    const documents = [...this.#records.values()];
    const event: DocumentEvent = { type: 'documents-listed', version: 1, data: { documents } };
    const sequence = await this.#log.append(STREAM, [
      { ...event, actor: 'server', causedBy: null, frames: [] },
    ]);
    await this.#log.trim(STREAM, sequence - 1);
  }

  /** @param time when it happened, in milliseconds since the epoch */
  #evolve(event: DocumentEvent, time: number): void {
    switch (event.type) {
      case 'document-created':
        return this.#set({ ...event.data, isDeleted: false, deletedAt: null, synced: null });
      case 'document-moved':
        return this.#change(event.data.documentId, { path: event.data.path });
      case 'document-deleted':
        return this.#change(event.data.documentId, { isDeleted: true, deletedAt: time });
      case 'document-synced':
        return this.#change(event.data.documentId, { synced: event.data.synced });
      case 'documents-listed':
        this.#records.clear();
        this.#byPath.clear();
        return event.data.documents.forEach(({ deletedAt, ...record }) =>
          this.#set({ ...record, deletedAt: deletedAt ?? (record.isDeleted ? time : null) }),
        );
      case 'document-updated':
      case 'document-compacted':
        return; // of one document's stream
    }
  }

  #change(documentId: string, change: Partial<DocumentRecord>): void {
    const before = this.#records.get(documentId);
    if (before !== undefined) this.#set({ ...before, ...change });
  }

  #set(record: DocumentRecord): void {
    const before = this.#records.get(record.documentId);
    if (before !== undefined) {
      const key = keyOf(before.path, before.kind);
      if (this.#byPath.get(key) === before) this.#byPath.delete(key);
    }
    this.#records.set(record.documentId, record);
    if (!record.isDeleted) this.#byPath.set(keyOf(record.path, record.kind), record);
  }
}

/** Up to where nothing can be read. @throws the error, where it is no damage that can be passed */
function damagedBehind(error: unknown, before: number): number {
  const position =
    error instanceof EventLogError && error.code === 'EVENT_LOG_DAMAGED' ? error.position : null;
  if (position === null || position.sequence <= before) throw error;
  return position.sequence;
}

function keyOf(path: string, kind: DocumentKind): string {
  return `${kind.type}:${path}`;
}
