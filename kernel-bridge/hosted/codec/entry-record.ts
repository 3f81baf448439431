import { writeU32, writeU48 } from './big-endian.ts';
import { FRAME_HEADER_BYTES, FRAME_TYPES, LONGEST_FRAME, writeFrameHeader } from './frame.ts';
import { MalformedError } from './malformed-error.ts';
import { type BodyChannel, messageBodyBytes, writeMessageBody } from './message-body.ts';

/**
 * An entry as it lies in the spool and goes over the link: a frame whose payload is `u32 checksum, u48 position, u8 kind,
 * body`. The checksum is a CRC-32 over all behind it.
 */
export const ENTRY_KINDS = ['message', 'lifecycle'] as const;
export const CHECKSUM_BYTES = 4;
/** What of the payload stands before the body. */
export const ENTRY_FIXED_BYTES = CHECKSUM_BYTES + 7;
/** From the start of a record to the end of what is needed to tell whether it may be one. */
export const RECORD_HEADER_BYTES = FRAME_HEADER_BYTES + ENTRY_FIXED_BYTES;

/** CRC-32 as zlib has it, which is quicker where there is zlib. */
export type Checksum = (bytes: Uint8Array) => number;

/** An entry that is ready to be encoded, with the size that it will have. */
export interface SizedEntry {
  readonly bytes: number;
  write(target: Uint8Array, at: number, position: number): void;
}

/** @throws MalformedError for one that is too long for any frame */
export function sizeMessageEntry(
  channel: BodyChannel,
  frames: readonly Uint8Array[],
  checksum: Checksum,
): SizedEntry {
  const bytes = RECORD_HEADER_BYTES + messageBodyBytes(frames);
  if (bytes > LONGEST_FRAME) throw new MalformedError(`a message of ${bytes} bytes is too long`);
  return sized('message', bytes, checksum, (target, at) => writeMessageBody(channel, frames, target, at));
}

/** @param json of the event */
export function sizeLifecycleEntry(json: Uint8Array, checksum: Checksum): SizedEntry {
  const bytes = RECORD_HEADER_BYTES + json.byteLength;
  return sized('lifecycle', bytes, checksum, (target, at) => target.set(json, at));
}

function sized(
  kind: (typeof ENTRY_KINDS)[number],
  bytes: number,
  checksum: Checksum,
  writeBody: (target: Uint8Array, at: number) => void,
): SizedEntry {
  return {
    bytes,
    write: (target, at, position) => {
      const checked = at + FRAME_HEADER_BYTES + CHECKSUM_BYTES;
      writeFrameHeader(target, at, bytes, FRAME_TYPES.entry);
      writeU48(target, position, checked);
      target[checked + 6] = ENTRY_KINDS.indexOf(kind);
      writeBody(target, at + RECORD_HEADER_BYTES);
      writeU32(target, checksum(target.subarray(checked, at + bytes)), at + FRAME_HEADER_BYTES);
    },
  };
}

/**
 * Encodes entries one behind the other, with positions from `first` on.
 * @param allocate gives so many bytes, whatever is in them
 */
export function encodeEntries<Bytes extends Uint8Array>(
  entries: readonly SizedEntry[],
  first: number,
  allocate: (bytes: number) => Bytes,
): Bytes {
  const target = allocate(entries.reduce((sum, { bytes }) => sum + bytes, 0));
  let at = 0;
  let position = first;
  for (const entry of entries) {
    entry.write(target, at, position++);
    at += entry.bytes;
  }
  return target;
}
