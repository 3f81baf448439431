import { readU32, writeU32 } from './big-endian.ts';
import { MalformedError } from './malformed-error.ts';
import type { OwnBytes } from './own-bytes.ts';

/**
 * A message's channel and frames <-> `u8 channel, u32 count of frames, u32 length of each, the frames`. The frames are
 * header, parent_header, metadata, content, and the buffers.
 */
const CHANNELS = ['shell', 'control', 'stdin', 'iopub'] as const;
const FIXED_BYTES = 5;

export type BodyChannel = (typeof CHANNELS)[number];

/** How many bytes they take with what stands before them. */
export function messageBodyBytes(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, frame) => sum + 4 + frame.byteLength, FIXED_BYTES);
}

export function writeMessageBody(
  channel: BodyChannel,
  frames: readonly Uint8Array[],
  target: Uint8Array,
  at: number,
): void {
  target[at] = CHANNELS.indexOf(channel);
  writeU32(target, frames.length, at + 1);
  let lengths = at + FIXED_BYTES;
  let body = lengths + 4 * frames.length;
  for (const frame of frames) {
    writeU32(target, frame.byteLength, lengths);
    target.set(frame, body);
    lengths += 4;
    body += frame.byteLength;
  }
}

/**
 * @returns frames that are views of the bytes given
 * @throws MalformedError for what is not whole
 */
export function readMessageBody<Bytes extends OwnBytes<Bytes>>(
  body: Bytes,
): { readonly channel: BodyChannel; readonly frames: Bytes[] } {
  const channel = CHANNELS[body[0] ?? -1];
  if (channel === undefined || body.byteLength < FIXED_BYTES)
    throw new MalformedError('a message is on a channel that there is not');
  return { channel, frames: framesOf(body) };
}

function framesOf<Bytes extends OwnBytes<Bytes>>(body: Bytes): Bytes[] {
  const count = readU32(body, 1);
  let at = FIXED_BYTES + 4 * count;
  if (at > body.byteLength) throw new MalformedError(`a message says that it has ${count} frames`);
  const frames: Bytes[] = [];
  for (let index = 0; index < count; index++) {
    const end = at + readU32(body, FIXED_BYTES + 4 * index);
    if (end > body.byteLength) throw new MalformedError('a frame of a message goes beyond its end');
    frames.push(body.subarray(at, end));
    at = end;
  }
  if (at !== body.byteLength) throw new MalformedError('a message is longer than its frames');
  return frames;
}
