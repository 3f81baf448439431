import {
  type Spool,
  type SpooledBatch,
  type SpooledKernel,
  SpoolFullError,
} from '../../../../kernel-bridge/hosted/link/spool.ts';
import { resultOf } from '../../offline/storage/database.ts';
import type { HostDatabase } from './host-database.ts';

/** The spool of one host in the browser's database. */
export class IndexedSpool implements Spool {
  constructor(
    private readonly database: HostDatabase,
    private readonly hostId: string,
  ) {}

  kernels(): Promise<readonly SpooledKernel[]> {
    return this.database.transact(['kernels'], 'readonly', (store) =>
      resultOf(
        store('kernels').getAll(IDBKeyRange.bound([this.hostId], [this.hostId, []])) as IDBRequest<
          SpooledKernel[]
        >,
      ),
    );
  }

  async note(kernel: Omit<SpooledKernel, 'last'>): Promise<void> {
    const key = [this.hostId, kernel.kernelId];
    await this.database.transact(['kernels'], 'readwrite', async (store) => {
      const before = await resultOf(store('kernels').get(key) as IDBRequest<SpooledKernel | undefined>);
      await resultOf(store('kernels').put({ ...kernel, last: before?.last ?? 0 }, key));
    });
  }

  async append(kernelId: string, batch: SpooledBatch): Promise<void> {
    const key = [this.hostId, kernelId];
    try {
      await this.database.transact(['kernels', 'batches'], 'readwrite', async (store) => {
        const kernel = await resultOf(store('kernels').get(key) as IDBRequest<SpooledKernel | undefined>);
        if (kernel === undefined) throw new TypeError(`kernel ${kernelId} was not noted`);
        await Promise.all([
          resultOf(store('kernels').put({ ...kernel, last: batch.last }, key)),
          resultOf(store('batches').put(batch, [...key, batch.last])),
        ]);
      });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'QuotaExceededError')
        throw new SpoolFullError(error.message);
      throw error;
    }
  }

  read(kernelId: string, position: number): Promise<SpooledBatch | null> {
    return this.database.transact(['batches'], 'readonly', async (store) => {
      const range = IDBKeyRange.bound([this.hostId, kernelId, position], [this.hostId, kernelId, []]);
      return (await resultOf(store('batches').get(range) as IDBRequest<SpooledBatch | undefined>)) ?? null;
    });
  }

  async forget(kernelId: string, position: number): Promise<void> {
    const range = IDBKeyRange.bound([this.hostId, kernelId], [this.hostId, kernelId, position]);
    await this.database.transact(['batches'], 'readwrite', (store) =>
      resultOf(store('batches').delete(range)),
    );
  }

  async remove(kernelId: string): Promise<void> {
    const key = [this.hostId, kernelId];
    await this.database.transact(['kernels', 'batches'], 'readwrite', async (store) => {
      await Promise.all([
        resultOf(store('kernels').delete(key)),
        resultOf(store('batches').delete(IDBKeyRange.bound(key, [...key, []]))),
      ]);
    });
  }
}
