import { readU48 } from './big-endian.ts';
import { MalformedError } from './malformed-error.ts';
import type { OwnBytes } from './own-bytes.ts';

/**
 * A message for a kernel, still as bytes: `u8 length, the kernel's id, u48 number, the message` is what its frame holds.
 */
export interface SentBytes<Bytes extends Uint8Array> {
  readonly kernelId: string;
  /** Counts what one server sends to one kernel, from 1. */
  readonly number: number;
  readonly body: Bytes;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** @throws MalformedError */
export function decodeSentMessage<Bytes extends OwnBytes<Bytes>>(payload: Bytes): SentBytes<Bytes> {
  const idEnd = 1 + (payload[0] ?? 0);
  if (payload.byteLength < idEnd + 6) throw new MalformedError('a message for a kernel is too short');
  return {
    kernelId: decoder.decode(payload.subarray(1, idEnd)),
    number: readU48(payload, idEnd),
    body: payload.subarray(idEnd + 6),
  };
}
