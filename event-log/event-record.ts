import { crc32 } from 'node:zlib';
import type { NewEvent } from './event.ts';

// One event as bytes, numbers little-endian:
//   1  format, 1 today
//   4  CRC-32 of all that follows
//   4  length of the envelope      4  number of frames      4 each  their lengths
//      the envelope: JSON of type, version, time, actor, causedBy and data
//      the frames, as they came

const FORMAT = 1;
const CHECKED_FROM = 5;
const FIXED_HEAD = 13;

export interface EventRecord {
  /** Parsed JSON, not yet validated. */
  readonly envelope: unknown;
  /** Views of the record's bytes. */
  readonly frames: readonly Uint8Array[];
}

/** These bytes are not what `encodeRecord` made. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/** @throws RangeError if a part is larger than 4 GiB; TypeError if `data` is no JSON. */
export function encodeRecord(event: NewEvent, time: number): Buffer {
  const { type, version, actor, causedBy, data, frames } = event;
  const envelope = JSON.stringify({ type, version, time, actor, causedBy, data });
  const envelopeBytes = Buffer.byteLength(envelope);
  const head = FIXED_HEAD + 4 * frames.length;
  let total = head + envelopeBytes;
  for (const frame of frames) total += frame.byteLength;

  const record = Buffer.allocUnsafe(total);
  record[0] = FORMAT;
  record.writeUInt32LE(envelopeBytes, 5);
  record.writeUInt32LE(frames.length, 9);
  // Node writes what needs no encoding twice as fast if it is told so.
  record.write(envelope, head, envelopeBytes, envelopeBytes === envelope.length ? 'latin1' : 'utf8');
  let lengthAt = FIXED_HEAD;
  let frameAt = head + envelopeBytes;
  for (const frame of frames) {
    record.writeUInt32LE(frame.byteLength, lengthAt);
    record.set(frame, frameAt);
    lengthAt += 4;
    frameAt += frame.byteLength;
  }
  record.writeUInt32LE(crc32(record.subarray(CHECKED_FROM)), 1);
  return record;
}

/** @throws RecordError */
export function decodeRecord(record: Buffer): EventRecord {
  if (record.length < FIXED_HEAD) throw new RecordError('it is cut off');
  if (record[0] !== FORMAT) throw new RecordError(`its format ${record[0]} is unknown`);
  if (crc32(record.subarray(CHECKED_FROM)) !== record.readUInt32LE(1)) {
    throw new RecordError('it does not match its checksum');
  }
  const envelopeBytes = record.readUInt32LE(5);
  const frameCount = record.readUInt32LE(9);
  const head = FIXED_HEAD + 4 * frameCount;
  let at = head + envelopeBytes;
  if (at > record.length) throw new RecordError('its lengths do not fit');
  const envelope = parseJson(record.toString('utf8', head, at));
  const frames: Uint8Array[] = [];
  for (let index = 0; index < frameCount; index++) {
    const end = at + record.readUInt32LE(FIXED_HEAD + 4 * index);
    frames.push(record.subarray(at, end));
    at = end;
  }
  if (at !== record.length) throw new RecordError('its lengths do not fit');
  return { envelope, frames };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RecordError('its envelope is no JSON', { cause: error });
  }
}
