import type { KernelMessage } from '../../protocol/message.ts';
import { FRAME_HEADER_BYTES, FRAME_TYPES } from './frame.ts';
import { MalformedError } from '../../protocol/malformed-error.ts';
import { messageBodyBytes, writeMessageBody } from './message-body.ts';

/**
 * A message for a kernel: a frame whose payload is `u8 length, the kernel's id, u48 number, the message`. Numbers count
 * what one client sends to one kernel, from 1.
 */
export interface SentMessage {
  readonly kernelId: string;
  readonly number: number;
  readonly message: KernelMessage;
}

export function encodeSentMessage({ kernelId, number, message }: SentMessage): Buffer {
  const id = Buffer.from(kernelId);
  const bytes = FRAME_HEADER_BYTES + 1 + id.byteLength + 6 + messageBodyBytes(message);
  const frame = Buffer.allocUnsafe(bytes);
  frame.writeUInt32BE(bytes - 4, 0);
  frame[4] = FRAME_TYPES.send;
  frame[FRAME_HEADER_BYTES] = id.byteLength;
  frame.set(id, FRAME_HEADER_BYTES + 1);
  const at = frame.writeUIntBE(number, FRAME_HEADER_BYTES + 1 + id.byteLength, 6);
  writeMessageBody(message, frame, at);
  return frame;
}

/** As it came, with its message still as bytes. */
export interface SentBytes extends Omit<SentMessage, 'message'> {
  readonly body: Buffer;
}

/** @throws MalformedError */
export function decodeSentMessage(payload: Buffer): SentBytes {
  const idEnd = 1 + (payload[0] ?? 0);
  if (payload.byteLength < idEnd + 6) throw new MalformedError('a message for a kernel is too short');
  return {
    kernelId: payload.toString('utf8', 1, idEnd),
    number: payload.readUIntBE(idEnd, 6),
    body: payload.subarray(idEnd + 6),
  };
}
