import { viewOf } from './frame.ts';
import { MalformedError } from './malformed-error.ts';

/** A message for a kernel, still as bytes: `u8 length, the kernel's id, u48 number, the message`. */
export interface SentBytes {
  readonly kernelId: string;
  /** Counts what one server sends to one kernel, from 1. */
  readonly number: number;
  readonly body: Uint8Array;
}

const decoder = new TextDecoder();

/** @throws MalformedError */
export function decodeSentMessage(payload: Uint8Array): SentBytes {
  const idEnd = 1 + (payload[0] ?? 0);
  if (payload.byteLength < idEnd + 6) throw new MalformedError('a message for a kernel is too short');
  const view = viewOf(payload);
  return {
    kernelId: decoder.decode(payload.subarray(1, idEnd)),
    number: view.getUint16(idEnd) * 2 ** 32 + view.getUint32(idEnd + 2),
    body: payload.subarray(idEnd + 6),
  };
}
