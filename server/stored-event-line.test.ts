import { expect, it } from 'vitest';
import type { StoredEvent } from '../event-log/event.ts';
import { storedEventLine } from './stored-event-line.ts';

const frames = (...parts: string[]): Uint8Array[] => parts.map((part) => Buffer.from(part));

function message(...parts: Uint8Array[]): StoredEvent {
  return {
    type: 'kernel-message',
    version: 2,
    data: {
      position: null,
      channel: 'iopub',
      messageId: 'm',
      messageType: 'stream',
      parentSession: null,
      parentType: null,
    },
    actor: 'kernel:k',
    causedBy: null,
    frames: parts,
    stream: 'kernel/k',
    sequence: 3,
    time: Date.UTC(2026, 0, 2),
  };
}

it('shows a message as JSON, and its buffers by their lengths', () => {
  const event = message(
    ...frames('{"msg_id":"m"}', '{}', '{}', '{"text":"é"}'),
    new Uint8Array(5),
    new Uint8Array(0),
  );
  expect(JSON.parse(storedEventLine(event))).toEqual({
    stream: 'kernel/k',
    sequence: 3,
    time: '2026-01-02T00:00:00.000Z',
    type: 'kernel-message',
    version: 2,
    actor: 'kernel:k',
    causedBy: null,
    data: event.data,
    message: {
      header: { msg_id: 'm' },
      parent_header: {},
      metadata: {},
      content: { text: 'é' },
    },
    buffers: [5, 0],
  });
});

it('keeps numbers that JavaScript cannot hold', () => {
  const line = storedEventLine(message(...frames('{}', '{}', '{}', '{"n":12345678901234567890}')));
  expect(line).toContain('"content":{"n":12345678901234567890}');
});

it('shows a part that is not JSON as a text', () => {
  const line = storedEventLine(message(...frames('{}', '{}', '{}', '{"n":NaN}')));
  expect((JSON.parse(line) as { message: { content: unknown } }).message.content).toBe('{"n":NaN}');
});

it('is one line whatever the kernel wrote', () => {
  const line = storedEventLine(message(...frames('{}', '{}', '{}', '{\r\n  "a": "b\\nc"\n}\n')));
  expect(line).not.toMatch(/[\r\n]/);
  expect((JSON.parse(line) as { message: { content: unknown } }).message.content).toEqual({ a: 'b\nc' });
});

it('has no message where the event has no frames', () => {
  expect(JSON.parse(storedEventLine(message()))).not.toHaveProperty('message');
});
