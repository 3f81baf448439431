import { describe, expect, test } from 'vitest';
import { readClientMessage } from './client-message.ts';
import { MalformedFrameError } from '../../kernel-bridge/protocol/malformed-frame-error.ts';

const frames = (header: string, parent = '{}') =>
  [header, parent, '{}', '{}'].map((part) => Buffer.from(part));
const HEADER = '{"msg_id":"m","msg_type":"t","session":"s","subshell_id":12345678901234567890}';

describe('a message of a client', () => {
  test('reaches the kernel with the bytes that it came in', () => {
    const given = frames(HEADER, '{"msg_id":"p","msg_type":"input_request","session":"k"}');
    const message = readClientMessage({ channel: 'stdin', frames: given });
    expect(message).toEqual({
      channel: 'stdin',
      header: { msg_id: 'm', msg_type: 't', session: 's' },
      parentHeader: { msg_id: 'p', msg_type: 'input_request', session: 'k' },
      frames: given,
    });
  });

  test('means shell where it names no channel', () => {
    expect(readClientMessage({ channel: null, frames: frames(HEADER) })).toMatchObject({ channel: 'shell' });
  });

  test.each([
    { channel: 'iopub', header: HEADER, why: 'nothing can be sent on a channel "iopub"' },
    {
      channel: 'x'.repeat(1000),
      header: HEADER,
      why: `nothing can be sent on a channel "${'x'.repeat(50)}"`,
    },
    { channel: 'shell', header: '{}', why: 'its header names no msg_type' },
    { channel: 'shell', header: '{"msg_id":"m"}', why: 'its header names no msg_type' },
  ])('is told apart where it is for nobody: $why', ({ channel, header, why }) => {
    expect(readClientMessage({ channel, frames: frames(header) })).toBe(why);
  });

  test('is told apart where it has no header at all', () => {
    expect(readClientMessage({ channel: 'shell', frames: [] })).toBe('it has no header');
  });

  test.each(['', 'x', '[]', '"text"', '{'])('is malformed with a header %j', (header) => {
    expect(() => readClientMessage({ channel: 'shell', frames: frames(header) })).toThrow(
      MalformedFrameError,
    );
    expect(() => readClientMessage({ channel: 'shell', frames: frames(HEADER, header) })).toThrow(
      MalformedFrameError,
    );
  });
});
