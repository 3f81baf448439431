import { crc32 } from 'node:zlib';
import { readU32, readU48 } from '../../hosted/codec/big-endian.ts';
import {
  CHECKSUM_BYTES,
  encodeEntries as encodeInto,
  ENTRY_FIXED_BYTES,
  ENTRY_KINDS,
  RECORD_HEADER_BYTES,
  type SizedEntry,
  sizeLifecycleEntry,
  sizeMessageEntry,
} from '../../hosted/codec/entry-record.ts';
import { FRAME_HEADER_BYTES, FRAME_TYPES, LONGEST_FRAME } from '../../hosted/codec/frame.ts';
import { MalformedError } from '../../hosted/codec/malformed-error.ts';
import type { EntryBody } from './entry.ts';
import { parseLifecycleEvent, serializeLifecycleEvent } from './lifecycle-body.ts';
import type { MessageBodyReader } from './message-body-reader.ts';

/** @throws MalformedError for one that is too long for any frame */
export function sizeEntry(entry: EntryBody): SizedEntry {
  if (entry.kind === 'message') return sizeMessageEntry(entry.message.channel, entry.message.frames, crc32);
  return sizeLifecycleEntry(Buffer.from(serializeLifecycleEvent(entry.event)), crc32);
}

/** Encodes entries one behind the other, with positions from `first` on. */
export function encodeEntries(entries: readonly SizedEntry[], first: number): Buffer {
  return encodeInto(entries, first, (bytes) => Buffer.allocUnsafe(bytes));
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
  if (readU32(bytes, at + FRAME_HEADER_BYTES) !== crc32(bytes.subarray(checked, at + length))) return null;
  return { position: readU48(bytes, checked), bytes: length };
}

/** How long the record is that seems to start here; null if none does. */
export function recordLengthAt(bytes: Buffer, at: number): number | null {
  if (bytes.byteLength - at < RECORD_HEADER_BYTES || bytes[at + 4] !== FRAME_TYPES.entry) return null;
  const length = readU32(bytes, at) + 4;
  return length < RECORD_HEADER_BYTES || length > LONGEST_FRAME + 4 ? null : length;
}

/**
 * @param payload of an entry's frame
 * @throws MalformedError
 */
export function positionOf(payload: Buffer): number {
  if (payload.byteLength < ENTRY_FIXED_BYTES) throw new MalformedError('an entry is too short');
  return readU48(payload, CHECKSUM_BYTES);
}

/**
 * Reads the payload of an entry's frame. The checksum is for the disk and not looked at again.
 * @returns null for a kind that a newer supervisor may know
 * @throws MalformedError, KernelError KERNEL_MESSAGE_INVALID
 */
export function decodeEntry(payload: Buffer, messages: MessageBodyReader): EntryBody | null {
  const body = payload.subarray(ENTRY_FIXED_BYTES);
  const kind = ENTRY_KINDS[payload[ENTRY_FIXED_BYTES - 1] ?? -1];
  if (kind === 'message') return { kind, message: messages.read(body) };
  const event = kind === 'lifecycle' ? parseLifecycleEvent(body.toString()) : null;
  return event === null ? null : { kind: 'lifecycle', event };
}
