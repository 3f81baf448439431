import { writeU48 } from '../../hosted/codec/big-endian.ts';
import { FRAME_HEADER_BYTES, FRAME_TYPES, writeFrameHeader } from '../../hosted/codec/frame.ts';
import { messageBodyBytes, writeMessageBody } from '../../hosted/codec/message-body.ts';
import type { KernelMessage } from '../../protocol/message.ts';

/** A message for a kernel, before it is encoded; `decodeSentMessage` reads it. */
export interface SentMessage {
  readonly kernelId: string;
  /** Counts what one client sends to one kernel, from 1. */
  readonly number: number;
  readonly message: KernelMessage;
}

export function encodeSentMessage({ kernelId, number, message: { channel, frames } }: SentMessage): Buffer {
  const id = Buffer.from(kernelId);
  const numberAt = FRAME_HEADER_BYTES + 1 + id.byteLength;
  const frame = Buffer.allocUnsafe(numberAt + 6 + messageBodyBytes(frames));
  writeFrameHeader(frame, 0, frame.byteLength, FRAME_TYPES.send);
  frame[FRAME_HEADER_BYTES] = id.byteLength;
  frame.set(id, FRAME_HEADER_BYTES + 1);
  writeU48(frame, number, numberAt);
  writeMessageBody(channel, frames, frame, numberAt + 6);
  return frame;
}
