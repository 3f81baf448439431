import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, frameReader } from './frame.ts';
import { FRAME_TYPES, LONGEST_FRAME } from '../../hosted/codec/frame.ts';
import { MalformedError } from '../../hosted/codec/malformed-error.ts';

const anyFrame = fc.record({
  type: fc.integer({ min: 0, max: 255 }),
  payload: fc.uint8Array({ maxLength: 200 }),
});

/** Cuts bytes where the numbers say. */
function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [
    0,
    ...cuts.map((cut) => cut % (bytes.byteLength + 1)).sort((a, b) => a - b),
    bytes.byteLength,
  ];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

describe('FrameReader', () => {
  test('[K1] gives back all frames, however their bytes are split', () => {
    fc.assert(
      fc.property(fc.array(anyFrame), fc.array(fc.nat()), (frames, cuts) => {
        const bytes = Buffer.concat(frames.map(({ type, payload }) => encodeFrame(type, payload)));
        const read: { type: number; payload: Uint8Array }[] = [];
        const reader = frameReader((type, payload) => read.push({ type, payload: new Uint8Array(payload) }));
        for (const piece of split(bytes, cuts)) reader.push(piece);
        expect(read).toEqual(frames);
      }),
    );
  });

  test('[K2] refuses lengths that no frame has, and nothing but them, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (pieces) => {
        const reader = frameReader(() => undefined);
        try {
          for (const piece of pieces) reader.push(Buffer.from(piece));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
    );
  });

  test.each([
    ['no bytes at all', 0, FRAME_TYPES.entry],
    ['more bytes than a frame may have', LONGEST_FRAME + 1, FRAME_TYPES.entry],
    ['more JSON than a message may have', 17 * 1024 * 1024, FRAME_TYPES.json],
  ])('[K2] a frame of %s is refused by its header, before it has come', (_what, length, type) => {
    const header = Buffer.alloc(5);
    header.writeUInt32BE(length, 0);
    header[4] = type;
    expect(() => frameReader(() => undefined).push(header)).toThrow(MalformedError);
  });
});
