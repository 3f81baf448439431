/**
 * Where a host keeps what its kernels said until the server has recorded it: IndexedDB in a browser. One spool is one
 * host's. Calls for one kernel never overlap with another `append` or `forget` of the same kernel, except `read`, which may
 * come at any time. What was resolved outlives the page.
 */
export interface Spool {
  /** What an earlier life left, in any order. Called once, before all else. */
  kernels(): Promise<readonly SpooledKernel[]>;
  /** A kernel was launched, or is over. Called before its first `append`, and again whenever it is otherwise; replaces what was noted. */
  note(kernel: Omit<SpooledKernel, 'last'>): Promise<void>;
  /**
   * Keeps entries behind all that are there, in one transaction: all or none.
   * @throws SpoolFullError where there is no room for them now (QuotaExceededError); anything else where storage does not
   * work: both are tried again each second, and the kernel stands still meanwhile
   */
  append(kernelId: string, batch: SpooledBatch): Promise<void>;
  /** The batch that has this position or, where that is missing, the first behind it; null where there is none. */
  read(kernelId: string, position: number): Promise<SpooledBatch | null>;
  /** Batches that end at or before this position are not needed any more. `last` of the kernel stays what it is. */
  forget(kernelId: string, position: number): Promise<void>;
  /** Nothing of the kernel is needed any more. */
  remove(kernelId: string): Promise<void>;
}

export interface SpooledKernel {
  readonly kernelId: string;
  /** The launch as the server asked for it, without its environment (I10), to name the kernel to a server again. */
  readonly launch: Readonly<Record<string, unknown>>;
  readonly isOver: boolean;
  /** The last position that was ever kept, forgotten ones included; 0 before the first. */
  readonly last: number;
}

/** Entries in a row, encoded as they go over the link: about a megabyte at most, or one longer entry. */
export interface SpooledBatch {
  readonly first: number;
  readonly last: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** There is no room. */
export class SpoolFullError extends Error {
  override readonly name = 'SpoolFullError';
}
