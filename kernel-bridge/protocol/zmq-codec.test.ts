import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KernelError } from '../kernel.ts';
import { MessageSigner } from './message-signer.ts';
import type { KernelMessage } from './message.ts';
import { ZmqCodec } from './zmq-codec.ts';

const codec = (key = 'secret') => new ZmqCodec(new MessageSigner('hmac-sha256', key));
const bytes = (parts: readonly (Uint8Array | string)[]) => parts.map((part) => Buffer.from(part));

const anyHeader = fc.record({
  msg_id: fc.string({ unit: 'binary' }),
  msg_type: fc.string({ unit: 'binary' }),
  session: fc.string({ unit: 'binary' }),
});
const anyMessage: fc.Arbitrary<KernelMessage> = fc
  .record({
    channel: fc.constantFrom('shell', 'control', 'stdin', 'iopub'),
    header: anyHeader,
    parentHeader: fc.option(anyHeader),
    metadata: fc.json(),
    content: fc.json(),
    buffers: fc.array(fc.uint8Array(), { maxLength: 3 }),
    noParent: fc.constantFrom('{}', 'null'),
  })
  .map(({ channel, header, parentHeader, metadata, content, buffers, noParent }) => {
    const parent = parentHeader === null ? noParent : JSON.stringify(parentHeader);
    const json = [JSON.stringify(header), parent, metadata, content].map((text) => Buffer.from(text));
    return {
      channel,
      header,
      parentHeader,
      frames: [...json, ...buffers.map((buffer) => Buffer.from(buffer))],
    };
  });
const anyIdentities = fc.array(
  fc.uint8Array({ maxLength: 40 }).filter((part) => Buffer.from(part).toString() !== '<IDS|MSG>'),
  { maxLength: 3 },
);

describe('ZmqCodec', () => {
  test('[W1] gives back every message, byte for byte, whatever identities come before it', () => {
    fc.assert(
      fc.property(anyMessage, anyIdentities, fc.constantFrom('', 'secret'), (message, identities, key) => {
        const parts = [...identities.map((id) => Buffer.from(id)), ...bytes(codec(key).encode(message))];
        expect(codec(key).decode(message.channel, parts)).toEqual(message);
      }),
    );
  });

  test('[W1] finds the message after its identities even if a buffer holds the delimiter', () => {
    const message: KernelMessage = {
      channel: 'iopub',
      header: { msg_id: '1', msg_type: 'comm_msg', session: 's' },
      parentHeader: null,
      frames: ['{"msg_id":"1","msg_type":"comm_msg","session":"s"}', '{}', '{}', '{}', '<IDS|MSG>'].map(
        (text) => Buffer.from(text),
      ),
    };
    const parts = [Buffer.from('topic'), ...bytes(codec().encode(message))];
    expect(codec().decode('iopub', parts)).toEqual(message);
  });

  test('[W2] refuses a message of which any JSON byte was changed', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat({ max: 3 }), fc.nat(), (message, frame, position) => {
        const parts = bytes(codec().encode(message));
        const target = parts[2 + frame]!;
        const index = position % target.length;
        target[index] = target[index]! ^ 1;
        expect(() => codec().decode(message.channel, parts)).toThrow(/signature/);
      }),
    );
  });

  test('[W2] does not sign buffers', () => {
    fc.assert(
      fc.property(anyMessage, fc.uint8Array(), (message, buffer) => {
        const parts = [...bytes(codec().encode(message)), Buffer.from(buffer)];
        expect(codec().decode(message.channel, parts).frames.at(-1)).toEqual(Buffer.from(buffer));
      }),
    );
  });

  test('[W5] answers any parts at all with a message or a KernelError', () => {
    const part = fc.oneof(
      fc.uint8Array(),
      fc.constant(Buffer.from('<IDS|MSG>')),
      fc.constant(Buffer.from('{}')),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
        try {
          expect(codec('').decode('iopub', parts).frames.length).toBeGreaterThanOrEqual(4);
        } catch (error) {
          expect(error).toBeInstanceOf(KernelError);
        }
      }),
    );
  });

  test('[W4] tells parents apart when they change from one message to the next', () => {
    const reader = codec();
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 5 }), (messages) => {
        const read = messages.map((message) =>
          reader.decode(message.channel, bytes(codec().encode(message))),
        );
        expect(read).toEqual(messages);
      }),
    );
  });

  test('[W5] does not send what has too few frames', () => {
    const header = { msg_id: '1', msg_type: 't', session: 's' };
    expect(() => codec().encode({ channel: 'shell', header, parentHeader: null, frames: [] })).toThrow(
      KernelError,
    );
  });
});
