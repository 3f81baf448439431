import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dialects } from '../../test/servers/websocket-dialects.ts';
import { MalformedFrameError } from './malformed-frame-error.ts';
import { decodeV1, encodeV1 } from './websocket-v1-codec.ts';

const channel = fc.constantFrom('shell', 'control', 'stdin', 'iopub');
const part = fc.uint8Array({ maxLength: 300 });
const frames = fc
  .tuple(part, part, part, part, fc.array(part, { maxLength: 6 }))
  .map(([a, b, c, d, buffers]) => [...[a, b, c, d], ...buffers]);
const json = fc.dictionary(
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<unknown>,
  {
    noNullPrototype: true,
  },
);
const parts = (given: readonly Uint8Array[]): string[] =>
  given.map((each) => Buffer.from(each).toString('hex'));

describe('the v1 codec', () => {
  test('gives back every message byte for byte', () => {
    fc.assert(
      fc.property(channel, frames, (name, given) => {
        const { data, binary } = encodeV1(name, given);
        const decoded = decodeV1(data);
        expect(binary).toBe(true);
        expect(decoded.channel).toBe(name);
        expect(parts(decoded.frames)).toEqual(parts(given));
      }),
    );
  });

  test('speaks as the specification has it, both ways', () => {
    fc.assert(
      fc.property(channel, json, json, fc.array(part, { maxLength: 4 }), (name, header, content, buffers) => {
        const jsons = [header, {}, {}, content].map((each) => Buffer.from(JSON.stringify(each)));
        const message = dialects.v1.decode(encodeV1(name, [...jsons, ...buffers]).data, true);
        expect(
          JSON.stringify([message.channel, message.header, message.parent_header, message.content]),
        ).toBe(JSON.stringify([name, header, {}, content]));
        expect(parts(message.buffers)).toEqual(parts(buffers));
        const again = decodeV1(dialects.v1.encode(message) as Buffer);
        expect(parts(again.frames)).toEqual(parts([...jsons, ...buffers]));
      }),
    );
  });

  test('takes the least frame apart: no part has a byte', () => {
    const none = new Uint8Array();
    const { data } = encodeV1('shell', [none, none, none, none]);
    expect(data).toHaveLength(8 * 7 + 5);
    expect(decodeV1(data)).toEqual({ channel: 'shell', frames: Array(4).fill(Buffer.alloc(0)) });
  });

  test('answers a frame with any word overwritten with a message within it, or a MalformedFrameError', () => {
    const word = fc.oneof(fc.bigInt({ min: 0n, max: 200n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
    fc.assert(
      fc.property(frames, fc.nat(8), word, (given, index, value) => {
        const { data } = encodeV1('shell', given);
        data.writeBigUInt64LE(value, 8 * Math.min(index, given.length + 2));
        try {
          for (const frame of decodeV1(data).frames) expect(frame.length).toBeLessThanOrEqual(data.length);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFrameError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('answers any bytes at all with a message or a MalformedFrameError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        try {
          decodeV1(Buffer.from(data));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFrameError);
        }
      }),
    );
    for (let length = 0; length < 61; length++)
      expect(() =>
        decodeV1(encodeV1('shell', Array(4).fill(new Uint8Array()) as Uint8Array[]).data.subarray(0, length)),
      ).toThrow(MalformedFrameError);
  });
});
