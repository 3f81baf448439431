import { writeU32 } from './big-endian.ts';

/**
 * How bytes on the link become frames: `u32 length, u8 type, payload`, where the length counts all behind itself. An
 * entry's frame is also its record in the spool, byte for byte, so that it is encoded once.
 */
export const FRAME_TYPES = {
  /** One JSON message of `up.ts` or of a peer's `down.ts`. */
  json: 1,
  /** What a kernel said or became; `entry-record.ts`. */
  entry: 2,
  /** The id of the kernel whose entries follow, in UTF-8. */
  entriesOf: 3,
  /** A message for a kernel; `sent-message.ts`. */
  send: 4,
  /** One JSON message about terminals, which only a supervisor has: its `terminals/terminal-up.ts` and `-down.ts`. */
  terminal: 5,
  /** What was typed into a terminal or printed in it: its `terminals/terminal-frames.ts`. */
  terminalText: 6,
} as const;

export const FRAME_HEADER_BYTES = 5;
/** Beyond what a kernel can say: no string of JavaScript, and no message of ZeroMQ that was seen, is as long. */
export const LONGEST_FRAME = 1024 * 1024 * 1024;

/** @param bytes of the whole frame */
export function writeFrameHeader(target: Uint8Array, at: number, bytes: number, type: number): void {
  writeU32(target, bytes - 4, at);
  target[at + 4] = type;
}

/**
 * @param frame as long as the header and the payload
 * @returns the same
 */
export function writeFrame<Bytes extends Uint8Array>(frame: Bytes, type: number, payload: Uint8Array): Bytes {
  writeFrameHeader(frame, 0, frame.byteLength, type);
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}
