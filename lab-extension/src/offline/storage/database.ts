/** The stores of our database. Keys of documents and forks are `[root, documentId, epoch]`. */
export type StoreName = 'documents' | 'updates' | 'forks';

export function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(asError(request.error));
  });
}

/**
 * One database for everything that this browser keeps of one server, so that logging out can delete it by its name.
 * y-indexeddb has one for each document: it grows with every update, knows no epochs, and cannot be opened or deleted
 * while another tab shows the document.
 */
export class OfflineDatabase {
  #opened: Promise<IDBDatabase> | null = null;
  #isClosed = false;

  constructor(
    private readonly name: string,
    /** undefined or null where the browser has none. */
    private readonly factory: IDBFactory | undefined | null,
  ) {}

  /**
   * Runs `work` in one transaction, which is undone where `work` throws.
   * @throws DOMException `QuotaExceededError` where the browser gives no more room, others where it keeps nothing at all
   */
  async transact<T>(
    stores: readonly StoreName[],
    mode: 'readonly' | 'readwrite',
    work: (transaction: IDBTransaction) => Promise<T>,
  ): Promise<T> {
    const database = await this.#open();
    // The process may be killed at any time, and what it handed over is written all the same.
    const transaction = database.transaction(stores, mode, { durability: 'relaxed' });
    const done = doneOf(transaction);
    try {
      const result = await work(transaction);
      await done;
      return result;
    } catch (error) {
      abort(transaction);
      // The transaction knows the cause: no room, in most cases.
      await done;
      throw error;
    }
  }

  /** Nothing is read or written from now on. Idempotent. */
  close(): void {
    this.#isClosed = true;
    // One that could not be opened has nothing to close.
    void this.#opened?.then((database) => database.close()).catch(() => undefined);
  }

  #open(): Promise<IDBDatabase> {
    if (this.#isClosed)
      return Promise.reject(new DOMException('Somebody logged out in this browser', 'InvalidStateError'));
    return (this.#opened ??= this.#openNow().catch((error: unknown) => {
      this.#opened = null;
      throw asError(error);
    }));
  }

  async #openNow(): Promise<IDBDatabase> {
    if (this.factory === undefined || this.factory === null)
      throw new DOMException('This browser has no database for pages', 'NotSupportedError');
    const request = this.factory.open(this.name, 1);
    request.onupgradeneeded = () => createStores(request.result);
    const database = await resultOf(request);
    // Somebody logs out, in this tab or another: it is deleted once nobody has it open.
    database.onversionchange = () => this.close();
    // The browser took it away, to make room or because somebody cleared the site's data.
    database.onclose = () => {
      this.#opened = null;
    };
    return database;
  }
}

function createStores(database: IDBDatabase): void {
  const keyPath = ['root', 'documentId', 'epoch'];
  database.createObjectStore('documents', { keyPath }).createIndex('path', ['root', 'path']);
  database.createObjectStore('updates', { autoIncrement: true }).createIndex('document', 'document');
  database.createObjectStore('forks', { keyPath });
}

function doneOf(transaction: IDBTransaction): Promise<void> {
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => {
      if (transaction.error === null) resolve();
      else reject(asError(transaction.error));
    };
  });
  // Waited for only where the work itself did not fail.
  done.catch(() => undefined);
  return done;
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // A failed request has aborted it already.
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
