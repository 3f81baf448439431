/** What the store keeps of a stream beside its events: enough to list it, and to go on after a trim. */
export interface IndexEntry {
  /** The lowest sequence that is not trimmed away. */
  readonly first: number;
  /** Up to here the trimmed events are deleted too: less than `first - 1` only if a crash came between. */
  readonly cleared: number;
  /** It holds an event. */
  readonly listed: boolean;
}

export const newEntry: IndexEntry = { first: 1, cleared: 0, listed: false };

const BYTES = 17;

export function encodeIndexEntry({ first, cleared, listed }: IndexEntry): Buffer {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeBigUInt64LE(BigInt(first), 0);
  bytes.writeBigUInt64LE(BigInt(cleared), 8);
  bytes[16] = listed ? 1 : 0;
  return bytes;
}

/** Null if these are not the bytes of an entry. */
export function decodeIndexEntry(bytes: Buffer): IndexEntry | null {
  if (bytes.length !== BYTES) return null;
  return {
    first: Number(bytes.readBigUInt64LE(0)),
    cleared: Number(bytes.readBigUInt64LE(8)),
    listed: bytes[16] === 1,
  };
}
