import { type Spool, type SpooledBatch, type SpooledKernel, SpoolFullError } from './spool.ts';

interface Kept {
  kernel: SpooledKernel;
  batches: SpooledBatch[];
}

/** A spool for tests, and for browsers that keep nothing: what is in it ends with the page. */
export class MemorySpool implements Spool {
  readonly #kernels = new Map<string, Kept>();
  /** Bytes that it takes at most. */
  limit = Infinity;

  kernels(): Promise<readonly SpooledKernel[]> {
    return Promise.resolve([...this.#kernels.values()].map(({ kernel }) => kernel));
  }

  note(kernel: Omit<SpooledKernel, 'last'>): Promise<void> {
    const { kernel: before, batches } = this.#kernels.get(kernel.kernelId) ?? { batches: [] };
    this.#kernels.set(kernel.kernelId, { kernel: { ...kernel, last: before?.last ?? 0 }, batches });
    return Promise.resolve();
  }

  append(kernelId: string, batch: SpooledBatch): Promise<void> {
    const kept = this.#kernels.get(kernelId);
    if (kept === undefined) return Promise.reject(new TypeError(`kernel ${kernelId} was not noted`));
    if (this.bytes + batch.bytes.byteLength > this.limit)
      return Promise.reject(new SpoolFullError('it is full'));
    kept.batches.push(batch);
    kept.kernel = { ...kept.kernel, last: batch.last };
    return Promise.resolve();
  }

  read(kernelId: string, position: number): Promise<SpooledBatch | null> {
    const batches = this.#kernels.get(kernelId)?.batches ?? [];
    return Promise.resolve(batches.find(({ last }) => last >= position) ?? null);
  }

  forget(kernelId: string, position: number): Promise<void> {
    const kept = this.#kernels.get(kernelId);
    if (kept !== undefined) kept.batches = kept.batches.filter(({ last }) => last > position);
    return Promise.resolve();
  }

  remove(kernelId: string): Promise<void> {
    this.#kernels.delete(kernelId);
    return Promise.resolve();
  }

  get bytes(): number {
    const batches = [...this.#kernels.values()].flatMap((kept) => kept.batches);
    return batches.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  }
}
