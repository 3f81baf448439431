import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  eventKey,
  eventKeyPrefix,
  eventRange,
  indexKey,
  indexRange,
  sequenceOfEventKey,
  streamEndKey,
  streamOfEventKey,
  streamOfIndexKey,
} from './event-key.ts';

const streams = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\0', '\u0001', 'a', '/', 'ÿ', '\uffff', '😀') }),
);
const sequences = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.maxSafeNat());

const byCodePoints = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('event keys', () => {
  it('[A8] hold any stream and any sequence', () => {
    fc.assert(
      fc.property(streams, sequences, (stream, sequence) => {
        const key = eventKey(eventKeyPrefix(stream), sequence);
        expect(streamOfEventKey(key)).toBe(stream);
        expect(sequenceOfEventKey(key)).toBe(sequence);
        expect(streamOfIndexKey(indexKey(stream))).toBe(stream);
      }),
    );
  });

  it('[R5] sort by the code points of the stream, then by sequence', () => {
    fc.assert(
      fc.property(streams, sequences, streams, sequences, (streamA, sequenceA, streamB, sequenceB) => {
        const order = byCodePoints(streamA, streamB) || Math.sign(sequenceA - sequenceB);
        const keyA = eventKey(eventKeyPrefix(streamA), sequenceA);
        const keyB = eventKey(eventKeyPrefix(streamB), sequenceB);
        expect(Buffer.compare(keyA, keyB)).toBe(order);
        expect(Buffer.compare(indexKey(streamA), indexKey(streamB))).toBe(byCodePoints(streamA, streamB));
      }),
    );
  });

  it('[A8] keep a range of one stream free of all others', () => {
    fc.assert(
      fc.property(streams, streams, sequences, sequences, (stream, other, sequence, end) => {
        const { gte, lt } = eventRange(eventKeyPrefix(stream), 0, end - 1);
        const inside = (key: Buffer): boolean => Buffer.compare(key, gte) >= 0 && Buffer.compare(key, lt) < 0;
        expect(inside(eventKey(eventKeyPrefix(stream), sequence))).toBe(sequence > 0 && sequence < end);
        expect(inside(streamEndKey(eventKeyPrefix(stream)))).toBe(false);
        if (other !== stream) expect(inside(eventKey(eventKeyPrefix(other), sequence))).toBe(false);
      }),
    );
  });

  it('[R5] find the streams with a prefix, and no other', () => {
    fc.assert(
      fc.property(streams, streams, (prefix, stream) => {
        const { gte, lt } = indexRange(prefix);
        const inside = (key: Buffer): boolean => Buffer.compare(key, gte) >= 0 && Buffer.compare(key, lt) < 0;
        expect(inside(indexKey(stream))).toBe(stream.startsWith(prefix));
        expect(inside(indexKey(prefix + stream))).toBe(true);
      }),
    );
  });

  it('[A8] refuse a lone surrogate', () => {
    expect(() => eventKeyPrefix('a\udc00')).toThrow(TypeError);
    expect(() => indexKey('\ud800')).toThrow(TypeError);
  });
});
