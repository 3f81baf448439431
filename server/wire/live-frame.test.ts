import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLiveFrame, encodeLiveFrame, partsOf } from './live-frame.ts';

const frames = fc.record({
  handle: fc.nat(),
  kind: fc.constantFrom('state-vector' as const, 'missing' as const, 'update' as const, 'awareness' as const),
  payload: fc.uint8Array({ maxLength: 300 }),
});

describe('frames of the live websocket', () => {
  it('arrive as they were sent', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeLiveFrame(encodeLiveFrame(frame))).toEqual(frame);
      }),
    );
  });

  it('are y-protocols messages behind a handle', () => {
    const payload = new Uint8Array([7, 8]);
    expect([...encodeLiveFrame({ handle: 3, kind: 'update', payload })]).toEqual([3, 0, 2, 2, 7, 8]);
    expect([...encodeLiveFrame({ handle: 300, kind: 'awareness', payload })]).toEqual([172, 2, 1, 2, 7, 8]);
  });

  it('are cut into parts with a mark on the last', () => {
    const parts = [...partsOf(3, new Uint8Array([1, 2, 3, 4, 5]), 2)].map((part) => [...part]);
    expect(parts).toEqual([
      [3, 2, 0, 2, 1, 2],
      [3, 2, 0, 2, 3, 4],
      [3, 2, 1, 1, 5],
    ]);
    expect(decodeLiveFrame(new Uint8Array([3, 2, 1, 1, 5]))).toEqual({
      handle: 3,
      kind: 'part',
      isLast: true,
      payload: new Uint8Array([5]),
    });
  });

  it.each([[[]], [[1]], [[1, 9, 0, 0]], [[1, 0, 3, 0]], [[1, 0, 2, 5, 1]], [[1, 1, 0, 0]]])(
    'are refused where they are none: %j',
    (bytes) => {
      expect(() => decodeLiveFrame(new Uint8Array(bytes))).toThrow();
    },
  );
});
