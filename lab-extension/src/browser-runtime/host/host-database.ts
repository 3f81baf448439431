import { resultOf } from '../../offline/storage/database.ts';

/** Keys: `hosts` by host id, `kernels` by `[hostId, kernelId]`, `batches` by `[hostId, kernelId, last]`. */
const STORES = ['hosts', 'kernels', 'batches'] as const;
type StoreName = (typeof STORES)[number];

/** A page's host, as other pages of this browser find it. */
export interface HostRecord {
  readonly hostId: string;
  readonly secret: string;
  readonly title: string;
}

/** What hosts of one server keep in this browser. */
export class HostDatabase {
  private constructor(private readonly database: IDBDatabase) {}

  /** @throws DOMException where the browser keeps nothing */
  static async open(name: string, factory: IDBFactory): Promise<HostDatabase> {
    const request = factory.open(name, 1);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store);
    };
    const database = await resultOf(request);
    // Somebody logs out: it is deleted once nobody has it open.
    database.onversionchange = () => database.close();
    return new HostDatabase(database);
  }

  /** @throws DOMException `QuotaExceededError` where there is no room; all or nothing is done */
  async transact<T>(
    stores: readonly StoreName[],
    mode: 'readonly' | 'readwrite',
    work: (store: (name: StoreName) => IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    // The page may be closed at any time, and what was handed over is written all the same.
    const transaction = this.database.transaction(stores, mode, { durability: 'relaxed' });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () =>
        reject(transaction.error ?? new DOMException('It was undone', 'AbortError'));
    });
    const worked = work((name) => transaction.objectStore(name)).catch((error: unknown) => {
      // Where a request failed the browser has undone it already.
      if (transaction.error === null) transaction.abort();
      throw error;
    });
    const [result] = await Promise.all([worked, done]);
    return result;
  }

  hosts(): Promise<readonly HostRecord[]> {
    return this.transact(['hosts'], 'readonly', (store) =>
      resultOf(store('hosts').getAll() as IDBRequest<HostRecord[]>),
    );
  }

  /** Whether a host has kept anything. */
  async hasKernels(hostId: string): Promise<boolean> {
    const range = IDBKeyRange.bound([hostId], [hostId, []]);
    const count = await this.transact(['kernels'], 'readonly', (store) =>
      resultOf(store('kernels').count(range)),
    );
    return count > 0;
  }

  async addHost(host: HostRecord): Promise<void> {
    await this.transact(['hosts'], 'readwrite', (store) => resultOf(store('hosts').put(host, host.hostId)));
  }

  /** With all that it kept. */
  async removeHost(hostId: string): Promise<void> {
    await this.transact(STORES, 'readwrite', async (store) => {
      await resultOf(store('hosts').delete(hostId));
      // An array is behind all numbers and strings: every key that begins so.
      const all = IDBKeyRange.bound([hostId], [hostId, []]);
      await Promise.all([resultOf(store('kernels').delete(all)), resultOf(store('batches').delete(all))]);
    });
  }

  close(): void {
    this.database.close();
  }
}
