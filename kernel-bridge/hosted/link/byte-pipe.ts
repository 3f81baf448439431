/** Bytes to a server; as kernel-bridge/supervisor/link has it, for engines without Node's Buffer. */
export interface BytePipe {
  /** Bytes that wait in memory because the peer does not take them. */
  readonly waitingBytes: number;
  write(pieces: readonly Uint8Array<ArrayBuffer>[]): void;
  /** Ends it; `closed` follows. What was written still goes out. Idempotent. */
  close(): void;
}

/** What a pipe calls. */
export interface BytePipeEnd {
  receive(chunk: Uint8Array): void;
  /** Little or nothing waits any more. */
  drained(): void;
  /** Called once; nothing comes after it. */
  closed(): void;
}
