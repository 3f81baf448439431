import type { HostedMessage } from '../hosted-message.ts';
import { readU32 } from '../codec/big-endian.ts';
import {
  encodeEntries as encodeInto,
  type SizedEntry,
  sizeLifecycleEntry,
  sizeMessageEntry,
} from '../codec/entry-record.ts';
import { crc32 } from './crc32.ts';
import type { HostedLifecycle } from './lifecycle.ts';
import { framesOf } from './message-frames.ts';

const encoder = new TextEncoder();

/** @throws MalformedError for one that is too long for any frame */
export function sizeMessage(message: HostedMessage): SizedEntry {
  return sizeMessageEntry(message.channel, framesOf(message), crc32);
}

export function sizeLifecycle(event: HostedLifecycle): SizedEntry {
  return sizeLifecycleEntry(encoder.encode(JSON.stringify(event)), crc32);
}

/** Encodes entries one behind the other, with positions from `first` on. */
export function encodeEntries(entries: readonly SizedEntry[], first: number): Uint8Array<ArrayBuffer> {
  return encodeInto(entries, first, (bytes) => new Uint8Array(bytes));
}

/** Of whole records in a row, those behind the first so many. */
export function recordsBehind(records: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
  let at = 0;
  for (let passed = 0; passed < count && at + 4 <= records.byteLength; passed++)
    at += 4 + readU32(records, at);
  return records.subarray(at);
}
