import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord, RecordError } from './event-record.ts';
import type { NewEvent } from './event.ts';

const text = fc.string({ unit: 'binary' });
const nullable = (strings: fc.Arbitrary<string>): fc.Arbitrary<string | null> =>
  fc.option(strings, { nil: null });
const events: fc.Arbitrary<NewEvent> = fc.record({
  type: fc.constant('execution-requested' as const),
  version: fc.constant(1 as const),
  data: fc.record({ messageId: text, session: text, cellId: nullable(text), path: nullable(text) }),
  actor: text,
  causedBy: nullable(text),
  frames: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }),
});
const times = fc.nat({ max: 4e12 });

describe('event records', () => {
  it('[A7] give back what went in', () => {
    fc.assert(
      fc.property(events, times, (event, time) => {
        const { envelope, frames } = decodeRecord(encodeRecord(event, time));
        const { frames: sent, ...rest } = event;
        expect(envelope).toEqual({ ...rest, time });
        expect(frames.map((frame) => [...frame])).toEqual(sent.map((frame) => [...frame]));
      }),
    );
  });

  it('[X1] notice any flipped bit', () => {
    fc.assert(
      fc.property(events, times, fc.nat(), fc.nat({ max: 7 }), (event, time, position, bit) => {
        const record = encodeRecord(event, time);
        const at = position % record.length;
        record.writeUInt8(record.readUInt8(at) ^ (1 << bit), at);
        expect(() => decodeRecord(record)).toThrow(RecordError);
      }),
    );
  });

  it('[X1] notice a cut end and what is no record at all', () => {
    fc.assert(
      fc.property(events, times, fc.nat(), fc.uint8Array(), (event, time, length, noise) => {
        const record = encodeRecord(event, time);
        expect(() => decodeRecord(record.subarray(0, length % record.length))).toThrow(RecordError);
        expect(() => decodeRecord(Buffer.from(noise))).toThrow(RecordError);
        expect(() => decodeRecord(Buffer.concat([record, noise, Buffer.of(0)]))).toThrow(RecordError);
      }),
    );
  });
});
