import { crc32 } from 'node:zlib';
import { parseLifecycleEvent, serializeLifecycleEvent } from './lifecycle-body.ts';
import type { EntryBody } from './entry.ts';
import { FRAME_HEADER_BYTES, FRAME_TYPES, LONGEST_FRAME } from './frame.ts';
import { MalformedError } from '../../protocol/malformed-error.ts';
import { messageBodyBytes, type MessageBodyReader, writeMessageBody } from './message-body.ts';

/**
 * An entry as it lies in the spool and goes over the link: a frame whose payload is `u32 checksum, u48 position, u8 kind,
 * body`. The checksum is a CRC-32 over all behind it.
 */
const KINDS: readonly EntryBody['kind'][] = ['message', 'lifecycle'];
const CHECKSUM_BYTES = 4;
const FIXED_BYTES = CHECKSUM_BYTES + 7;
/** From the start of a record to the end of what is needed to tell whether it may be one. */
export const RECORD_HEADER_BYTES = FRAME_HEADER_BYTES + FIXED_BYTES;

/** An entry that is ready to be encoded, with the size that it will have. */
export interface SizedEntry {
  readonly bytes: number;
  write(target: Buffer, at: number, position: number): void;
}

export function sizeEntry(entry: EntryBody): SizedEntry {
  if (entry.kind === 'message') {
    const { message } = entry;
    const bytes = RECORD_HEADER_BYTES + messageBodyBytes(message);
    if (bytes > LONGEST_FRAME) throw new MalformedError(`a message of ${bytes} bytes is too long`);
    return sized(entry.kind, bytes, (target, at) => writeMessageBody(message, target, at));
  }
  const json = Buffer.from(serializeLifecycleEvent(entry.event));
  return sized(entry.kind, RECORD_HEADER_BYTES + json.byteLength, (target, at) => target.set(json, at));
}

function sized(
  kind: EntryBody['kind'],
  bytes: number,
  writeBody: (target: Buffer, at: number) => void,
): SizedEntry {
  return {
    bytes,
    write: (target, at, position) => {
      const end = at + bytes;
      const checked = at + FRAME_HEADER_BYTES + CHECKSUM_BYTES;
      target.writeUInt32BE(bytes - 4, at);
      target[at + 4] = FRAME_TYPES.entry;
      target.writeUIntBE(position, checked, 6);
      target[checked + 6] = KINDS.indexOf(kind);
      writeBody(target, at + RECORD_HEADER_BYTES);
      target.writeUInt32BE(crc32(target.subarray(checked, end)), at + FRAME_HEADER_BYTES);
    },
  };
}

/** Encodes entries one behind the other, with positions from `first` on. */
export function encodeEntries(entries: readonly SizedEntry[], first: number): Buffer {
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const target = Buffer.allocUnsafe(total);
  let at = 0;
  let position = first;
  for (const entry of entries) {
    entry.write(target, at, position++);
    at += entry.bytes;
  }
  return target;
}

/**
 * Looks for a record at a place where there may be anything.
 * @returns its position and length; null if there is none that is whole and undamaged
 */
export function recordAt(
  bytes: Buffer,
  at: number,
): { readonly position: number; readonly bytes: number } | null {
  const length = recordLengthAt(bytes, at);
  if (length === null || at + length > bytes.byteLength) return null;
  const checked = at + FRAME_HEADER_BYTES + CHECKSUM_BYTES;
  if (bytes.readUInt32BE(at + FRAME_HEADER_BYTES) !== crc32(bytes.subarray(checked, at + length)))
    return null;
  return { position: bytes.readUIntBE(checked, 6), bytes: length };
}

/** How long the record is that seems to start here; null if none does. */
export function recordLengthAt(bytes: Buffer, at: number): number | null {
  if (bytes.byteLength - at < RECORD_HEADER_BYTES || bytes[at + 4] !== FRAME_TYPES.entry) return null;
  const length = bytes.readUInt32BE(at) + 4;
  return length < RECORD_HEADER_BYTES || length > LONGEST_FRAME + 4 ? null : length;
}

/**
 * @param payload of an entry's frame
 * @throws MalformedError
 */
export function positionOf(payload: Buffer): number {
  if (payload.byteLength < FIXED_BYTES) throw new MalformedError('an entry is too short');
  return payload.readUIntBE(CHECKSUM_BYTES, 6);
}

/**
 * Reads the payload of an entry's frame. The checksum is for the disk and not looked at again.
 * @returns null for a kind that a newer supervisor may know
 * @throws MalformedError, KernelError KERNEL_MESSAGE_INVALID
 */
export function decodeEntry(payload: Buffer, messages: MessageBodyReader): EntryBody | null {
  const body = payload.subarray(FIXED_BYTES);
  const kind = KINDS[payload[FIXED_BYTES - 1] ?? -1];
  if (kind === 'message') return { kind, message: messages.read(body) };
  const event = kind === 'lifecycle' ? parseLifecycleEvent(body.toString()) : null;
  return event === null ? null : { kind: 'lifecycle', event };
}
