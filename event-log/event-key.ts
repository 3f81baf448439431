// Keys sort as LevelDB compares them, byte by byte: streams by the code points of their names, and within a stream by
// sequence. Three key spaces, told apart by the first byte.

const STORE = 0x00;
const INDEX = 0x01;
const EVENT = 0x02;

const SEQUENCE_BYTES = 8;
const TWO_TO_32 = 0x1_0000_0000;

export interface KeyRange {
  readonly gte: Buffer;
  readonly lt: Buffer;
}

/** Where the store says in which format it is written. */
export const formatKey = Buffer.of(STORE, 0);

/** What is written where an fsync is due and nothing else is to be written. */
export const syncKey = Buffer.of(STORE, 1);

/**
 * What all keys of a stream's events begin with. The name ends in 00 00 and a zero byte within it becomes 00 FF, so
 * that neither a name which continues another nor the sequence behind it can disturb the order.
 * @throws TypeError for a name with a lone surrogate, which UTF-8 cannot hold.
 */
export function eventKeyPrefix(stream: string): Buffer {
  const name = utf8(stream);
  let zeros = 0;
  for (const byte of name) if (byte === 0) zeros += 1;
  const prefix = Buffer.alloc(1 + name.length + zeros + 2);
  prefix[0] = EVENT;
  let at = 1;
  for (const byte of name) {
    prefix[at++] = byte;
    if (byte === 0) prefix[at++] = 0xff;
  }
  return prefix;
}

/** The key of one event: its stream's prefix, then the sequence as an unsigned big-endian 64-bit number. */
export function eventKey(prefix: Buffer, sequence: number): Buffer {
  const key = Buffer.allocUnsafe(prefix.length + SEQUENCE_BYTES);
  key.set(prefix);
  key.writeUInt32BE(Math.floor(sequence / TWO_TO_32), prefix.length);
  key.writeUInt32BE(sequence % TWO_TO_32, prefix.length + 4);
  return key;
}

/** All keys of a stream's events with after < sequence <= through. */
export function eventRange(prefix: Buffer, after: number, through: number): KeyRange {
  return { gte: eventKey(prefix, after + 1), lt: eventKey(prefix, through + 1) };
}

/**
 * Stored behind a stream's last event. Without it LevelDB, looking for that, would go through whatever was deleted from
 * the next stream: half a second for half a million events trimmed just now.
 */
export function streamEndKey(prefix: Buffer): Buffer {
  return eventKey(prefix, Number.MAX_SAFE_INTEGER);
}

/** All events of all streams, and the streams' ends. */
export const allEvents: KeyRange = { gte: Buffer.of(EVENT), lt: Buffer.of(EVENT + 1) };

export function sequenceOfEventKey(key: Buffer): number {
  const at = key.length - SEQUENCE_BYTES;
  return key.readUInt32BE(at) * TWO_TO_32 + key.readUInt32BE(at + 4);
}

export function streamOfEventKey(key: Buffer): string {
  const name: number[] = [];
  for (let at = 1; at < key.length - SEQUENCE_BYTES - 2; at++) {
    const byte = key[at] ?? 0;
    name.push(byte);
    if (byte === 0) at += 1;
  }
  return Buffer.from(name).toString('utf8');
}

/** Where the index keeps what is known of a stream. */
export function indexKey(stream: string): Buffer {
  return Buffer.concat([Buffer.of(INDEX), utf8(stream)]);
}

/** The index keys of all streams whose names start with `prefix`; FF is no byte of UTF-8. */
export function indexRange(prefix: string): KeyRange {
  const gte = indexKey(prefix);
  return { gte, lt: Buffer.concat([gte, Buffer.of(0xff)]) };
}

export function streamOfIndexKey(key: Buffer): string {
  return key.toString('utf8', 1);
}

function utf8(stream: string): Buffer {
  if (!stream.isWellFormed())
    throw new TypeError(`A stream name has a lone surrogate: ${JSON.stringify(stream)}`);
  return Buffer.from(stream, 'utf8');
}
