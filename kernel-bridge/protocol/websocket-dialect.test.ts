import { describe, expect, test } from 'vitest';
import { chooseSubprotocol, dialectOf } from './websocket-dialect.ts';
import { MalformedFrameError } from './malformed-frame-error.ts';
import { V1_SUBPROTOCOL } from './websocket-v1-codec.ts';

describe('the dialect of a kernel websocket', () => {
  test.each([
    { offered: [V1_SUBPROTOCOL], chosen: V1_SUBPROTOCOL },
    { offered: ['other', V1_SUBPROTOCOL], chosen: V1_SUBPROTOCOL },
    { offered: ['v2.kernel.websocket.jupyter.org'], chosen: false },
    { offered: [], chosen: false },
  ])('is v1 exactly where it is offered: $offered', ({ offered, chosen }) => {
    expect(chooseSubprotocol(new Set(offered))).toBe(chosen);
  });

  test('is the one agreed upon, and legacy without agreement', () => {
    expect(dialectOf(V1_SUBPROTOCOL).name).toBe('v1');
    expect(dialectOf('').name).toBe('legacy');
  });

  test('v1 refuses text frames', () => {
    expect(() => dialectOf(V1_SUBPROTOCOL).decode(Buffer.from('{}'), false)).toThrow(MalformedFrameError);
  });
});
