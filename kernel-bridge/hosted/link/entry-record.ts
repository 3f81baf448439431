import type { HostedMessage } from '../hosted-message.ts';
import { crc32 } from './crc32.ts';
import { FRAME_HEADER_BYTES, FRAME_TYPES, LONGEST_FRAME, viewOf } from './frame.ts';
import type { HostedLifecycle } from './lifecycle.ts';
import { MalformedError } from './malformed-error.ts';
import { encodeParts, writeMessageBody } from './message-body.ts';

/**
 * An entry as it lies in the spool and goes over the link: a frame whose payload is `u32 checksum, u48 position, u8 kind,
 * body`, byte for byte that of kernel-bridge/supervisor/link/entry-record.ts.
 */
const CHECKSUM_BYTES = 4;
export const RECORD_HEADER_BYTES = FRAME_HEADER_BYTES + CHECKSUM_BYTES + 7;
const MESSAGE = 0;
const LIFECYCLE = 1;
const encoder = new TextEncoder();

/** An entry that is ready to be encoded, with the size that it will have. */
export interface SizedEntry {
  readonly bytes: number;
  write(target: Uint8Array, at: number, position: number): void;
}

/** @throws MalformedError for one that is too long for any frame */
export function sizeMessage(message: HostedMessage): SizedEntry {
  const { parts, bytes } = encodeParts(message);
  if (bytes > LONGEST_FRAME - RECORD_HEADER_BYTES)
    throw new MalformedError(`a message of ${bytes} bytes is too long`);
  return sized(MESSAGE, bytes, (target, at) => writeMessageBody(message.channel, parts, target, at));
}

export function sizeLifecycle(event: HostedLifecycle): SizedEntry {
  const json = encoder.encode(JSON.stringify(event));
  return sized(LIFECYCLE, json.byteLength, (target, at) => target.set(json, at));
}

function sized(
  kind: number,
  bodyBytes: number,
  writeBody: (target: Uint8Array, at: number) => void,
): SizedEntry {
  const bytes = RECORD_HEADER_BYTES + bodyBytes;
  return {
    bytes,
    write: (target, at, position) => {
      const view = viewOf(target);
      const checked = at + FRAME_HEADER_BYTES + CHECKSUM_BYTES;
      view.setUint32(at, bytes - 4);
      target[at + 4] = FRAME_TYPES.entry;
      view.setUint16(checked, Math.floor(position / 2 ** 32));
      view.setUint32(checked + 2, position % 2 ** 32);
      target[checked + 6] = kind;
      writeBody(target, at + RECORD_HEADER_BYTES);
      view.setUint32(at + FRAME_HEADER_BYTES, crc32(target.subarray(checked, at + bytes)));
    },
  };
}

/** Encodes entries one behind the other, with positions from `first` on. */
export function encodeEntries(entries: readonly SizedEntry[], first: number): Uint8Array<ArrayBuffer> {
  const target = new Uint8Array(entries.reduce((sum, { bytes }) => sum + bytes, 0));
  let at = 0;
  let position = first;
  for (const entry of entries) {
    entry.write(target, at, position++);
    at += entry.bytes;
  }
  return target;
}

/** Of whole records in a row, those behind the first so many. */
export function recordsBehind(records: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
  const view = viewOf(records);
  let at = 0;
  for (let passed = 0; passed < count && at + 4 <= records.byteLength; passed++) at += 4 + view.getUint32(at);
  return records.subarray(at);
}
