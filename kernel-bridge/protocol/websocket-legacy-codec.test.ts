import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import { dialects } from '../../test/servers/websocket-dialects.ts';
import { MalformedFrameError } from './malformed-frame-error.ts';
import type { LegacyMessage } from './websocket-legacy-codec.ts';
import { decodeLegacy, encodeLegacy } from './websocket-legacy-codec.ts';

const text = fc.string({ unit: 'binary' });
const json = fc.dictionary(text, fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<unknown>, {
  noNullPrototype: true,
});
const buffers = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 });
const message: fc.Arbitrary<LegacyMessage> = fc
  .record({
    channel: fc.constantFrom('shell' as const, 'control' as const, 'stdin' as const, 'iopub' as const),
    messageId: text,
    messageType: text,
    jsons: fc.tuple(json, json, json, json),
    buffers,
  })
  .map(({ jsons, buffers: more, ...names }) => ({
    ...names,
    frames: [...jsons.map((each) => Buffer.from(JSON.stringify(each))), ...more],
  }));
const parts = (given: readonly Uint8Array[]): string[] =>
  given.map((each) => Buffer.from(each).toString('hex'));

describe('the legacy codec', () => {
  test('gives back every message byte for byte', () => {
    fc.assert(
      fc.property(message, (given) => {
        const { data, binary } = encodeLegacy(given);
        expect(binary).toBe(given.frames.length > 4);
        const decoded = decodeLegacy(data, binary);
        expect(decoded.channel).toBe(given.channel);
        expect(parts(decoded.frames)).toEqual(parts(given.frames));
      }),
    );
  });

  test('speaks as the specification has it, both ways', () => {
    fc.assert(
      fc.property(message, (given) => {
        const { data, binary } = encodeLegacy(given);
        const read = dialects.legacy.decode(data, binary) as unknown as Record<string, unknown>;
        expect(read).toMatchObject({
          channel: given.channel,
          msg_id: given.messageId,
          msg_type: given.messageType,
        });
        expect(parts(read['buffers'] as Buffer[])).toEqual(parts(given.frames.slice(4)));
        const again = dialects.legacy.encode(read as never);
        const decoded = decodeLegacy(Buffer.from(again), typeof again !== 'string');
        expect(parts(decoded.frames)).toEqual(parts(given.frames));
      }),
    );
  });

  test('keeps the bytes of JSON that JavaScript would change', () => {
    const odd = Buffer.from('{"big":12345678901234567890,"nan":NaN,"escaped":"\\u00e9"}');
    const { data } = encodeLegacy({
      channel: 'iopub',
      messageId: 'm',
      messageType: 't',
      frames: [odd, odd, odd, odd],
    });
    expect(decodeLegacy(data, false).frames.map(String)).toEqual(Array(4).fill(String(odd)));
  });

  test.each([0, 2])(
    'replaces bytes that are no UTF-8, which a websocket breaks on, with %i buffers',
    (count) => {
      // Python writes a lone surrogate as the bytes it stands for; clients of jupyter_server see a replacement character.
      const content = Buffer.from('{"text":"a\xff\xfez"}', 'latin1');
      const frames = [
        ...spokenMessage().frames.slice(0, 3),
        content,
        ...Array<Buffer>(count).fill(Buffer.from([0xff])),
      ];
      const { data, binary } = encodeLegacy({
        channel: 'iopub',
        messageId: 'm',
        messageType: 'stream',
        frames,
      });
      const read = dialects.legacy.decode(data, binary);
      expect(Buffer.from(decodeLegacy(data, binary).frames[3] ?? []).toString('latin1')).not.toContain(
        '\xff',
      );
      expect(read.content).toEqual({ text: 'a\ufffd\ufffdz' });
      expect(read.buffers).toEqual(Array(count).fill(Buffer.from([0xff])));
    },
  );

  test('takes what names no channel or has no parent', () => {
    const decoded = decodeLegacy(Buffer.from('{"header":{"msg_type":"a"}}'), false);
    expect(decoded.channel).toBeNull();
    expect(decoded.frames.map(String)).toEqual(['{"msg_type":"a"}', '{}', '{}', '{}']);
  });

  test('answers a binary frame with any word overwritten with a message or a MalformedFrameError', () => {
    const word = fc.oneof(fc.nat(100), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
    fc.assert(
      fc.property(message, fc.nat(7), word, (given, index, value) => {
        const { data } = encodeLegacy({ ...given, frames: [...given.frames, Buffer.from('more')] });
        data.writeUInt32BE(value, 4 * Math.min(index, given.frames.length - 2));
        try {
          for (const frame of decodeLegacy(data, true).frames)
            expect(frame.length).toBeLessThanOrEqual(data.length);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFrameError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('answers any bytes at all with a message or a MalformedFrameError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (data, binary) => {
        try {
          decodeLegacy(Buffer.from(data), binary);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFrameError);
        }
      }),
    );
  });
});
