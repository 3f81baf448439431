import type { Channel } from './message.ts';
import { MalformedFrameError } from './malformed-frame-error.ts';
import type { ClientFrame, WebsocketFrame } from './websocket-frame.ts';

// A binary frame of unsigned 64-bit little-endian numbers, then bytes (contract §3.2):
//   n | offset 0 … offset n-1 | channel | header | parent_header | metadata | content | buffers…
// Offset 0 is where the channel starts, the last one is the frame's length.

export const V1_SUBPROTOCOL = 'v1.kernel.websocket.jupyter.org';

const WORD = 8;
const JSON_PARTS = 4;
const TWO_TO_32 = 0x1_0000_0000;

export function encodeV1(channel: Channel, frames: readonly Uint8Array[]): WebsocketFrame {
  const offsets = frames.length + 2;
  const start = WORD * (offsets + 1);
  // Channel names are ASCII.
  let total = start + channel.length;
  for (const frame of frames) total += frame.byteLength;
  const data = Buffer.allocUnsafe(total);
  writeWord(data, 0, offsets);
  writeWord(data, 1, start);
  data.write(channel, start, 'latin1');
  let at = start + channel.length;
  let word = 2;
  for (const frame of frames) {
    writeWord(data, word++, at);
    data.set(frame, at);
    at += frame.byteLength;
  }
  writeWord(data, word, at);
  return { data, binary: true };
}

/** @throws MalformedFrameError */
export function decodeV1(data: Buffer): ClientFrame {
  if (data.length < WORD) throw new MalformedFrameError('the frame has no number of offsets');
  const offsets = readWord(data, 0);
  // Checked before anything is done so many times.
  if (offsets < JSON_PARTS + 2 || WORD * (offsets + 1) > data.length)
    throw new MalformedFrameError(`the frame cannot hold the ${offsets} offsets that it names`);
  const parts: Buffer[] = [];
  let start = readWord(data, 1);
  if (start < WORD * (offsets + 1)) throw new MalformedFrameError('an offset points into the offsets');
  for (let index = 1; index < offsets; index++) {
    const end = readWord(data, index + 1);
    if (end < start || end > data.length)
      throw new MalformedFrameError('the offsets are not in order within the frame');
    parts.push(data.subarray(start, end));
    start = end;
  }
  const [channel, ...frames] = parts;
  return { channel: String(channel), frames };
}

function writeWord(data: Buffer, index: number, value: number): void {
  data.writeUInt32LE(value % TWO_TO_32, WORD * index);
  data.writeUInt32LE(Math.floor(value / TWO_TO_32), WORD * index + 4);
}

/** A number beyond what JavaScript counts exactly is beyond any frame too, however it is rounded. */
function readWord(data: Buffer, index: number): number {
  return data.readUInt32LE(WORD * index) + data.readUInt32LE(WORD * index + 4) * TWO_TO_32;
}
