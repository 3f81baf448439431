import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDown } from '../../supervisor/link/down.ts';
import {
  decodeEntry,
  encodeEntries as encodeSupervised,
  positionOf,
  sizeEntry,
} from '../../supervisor/link/entry-record.ts';
import {
  encodeFrame as encodeSupervisedFrame,
  frameReader as supervisedReader,
} from '../../supervisor/link/frame.ts';
import { parseLifecycleEvent } from '../../supervisor/link/lifecycle-body.ts';
import { MessageBodyReader } from '../../supervisor/link/message-body-reader.ts';
import { encodeSentMessage } from '../../supervisor/link/sent-message.ts';
import { parseUp as parseSupervisedUp, type Up as SupervisedUp } from '../../supervisor/link/up.ts';
import type { HostedMessage } from '../hosted-message.ts';
import { encodeEntries, recordsBehind, sizeLifecycle, sizeMessage } from './entry-record.ts';
import { encodeFrame, encodeJson, frameReader } from './frame.ts';
import { FRAME_TYPES } from '../codec/frame.ts';
import { exitFor, type HostedLifecycle } from './lifecycle.ts';
import { MalformedError } from '../codec/malformed-error.ts';
import { readMessage } from './message-frames.ts';
import { decodeSentMessage } from '../codec/sent-message.ts';
import { parseUp } from './up.ts';

const anyText = fc.string({ unit: 'grapheme', maxLength: 60 });
const anyHeader = fc
  .record({ msg_id: anyText, msg_type: anyText, session: anyText })
  .map((header) => JSON.stringify({ ...header, msg_id: `i${header.msg_id}` }));
const anyMessage: fc.Arbitrary<HostedMessage> = fc.record({
  channel: fc.constantFrom('shell' as const, 'control' as const, 'stdin' as const, 'iopub' as const),
  header: anyHeader,
  parentHeader: fc.oneof(anyHeader, fc.constant('{}')),
  metadata: anyText,
  content: anyText,
  buffers: fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 3 }),
});
const anyEvent = fc.oneof<fc.Arbitrary<HostedLifecycle>[]>(
  fc.tuple(anyText, fc.boolean(), fc.uniqueArray(anyText)).map(([why, isOutOfMemory, waiting]) => ({
    kind: 'died',
    exit: exitFor(why, isOutOfMemory),
    waiting,
  })),
  anyText.map((why) => ({ kind: 'gave-up', exit: exitFor(why) })),
  anyText.map((why) => ({ kind: 'reattached', silentFrom: 'a', silentUntil: 'b', why })),
  anyText.map((text) => ({ kind: 'warned', text })),
  fc.option(anyText).map((text) => ({ kind: 'waiting', text })),
  fc.constantFrom<HostedLifecycle>(
    { kind: 'autorestarted', pid: null },
    { kind: 'paused', reason: 'disk-full' },
    { kind: 'continued' },
  ),
);
const anyPosition = fc.integer({ min: 1, max: 2 ** 48 - 10 });
const framesOf = ({ header, parentHeader, metadata, content, buffers }: HostedMessage) => [
  ...[header, parentHeader, metadata, content].map((text) => Buffer.from(text)),
  ...buffers,
];
/** What a server reads of it. */
const supervised = (message: HostedMessage) => new MessageBodyReader().read(bodyOf(message));
const bodyOf = (message: HostedMessage) => Buffer.from(encodeEntries([sizeMessage(message)], 1)).subarray(16);

test('[HL1] [K3] entries are, byte for byte, what a supervisor keeps and sends', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(anyMessage, anyEvent), { minLength: 1, maxLength: 5 }),
      anyPosition,
      (entries, first) => {
        const ours = encodeEntries(
          entries.map((entry) => ('channel' in entry ? sizeMessage(entry) : sizeLifecycle(entry))),
          first,
        );
        const theirs = encodeSupervised(
          entries.map((entry) => {
            if ('channel' in entry) return sizeEntry({ kind: 'message', message: supervised(entry) });
            const event = parseLifecycleEvent(JSON.stringify(entry));
            expect(event).not.toBeNull();
            return sizeEntry({ kind: 'lifecycle', event: event! });
          }),
          first,
        );
        expect(Buffer.from(ours).equals(theirs)).toBe(true);
      },
    ),
  );
});

test('[K3] a server reads the entries that a host sends, at the positions that they have', () => {
  fc.assert(
    fc.property(
      fc.array(anyMessage, { minLength: 1, maxLength: 6 }),
      anyPosition,
      fc.nat(5),
      (messages, first, passed) => {
        const records = encodeEntries(messages.map(sizeMessage), first);
        const read: { position: number; frames: readonly Uint8Array[]; channel: string }[] = [];
        const reader = supervisedReader((type, payload) => {
          expect(type).toBe(FRAME_TYPES.entry);
          const entry = decodeEntry(payload, new MessageBodyReader());
          if (entry?.kind === 'message') read.push({ position: positionOf(payload), ...entry.message });
        });
        reader.push(Buffer.from(recordsBehind(records, passed)));
        expect(read.map(({ position }) => position)).toEqual(
          messages.map((_message, index) => first + index).slice(passed),
        );
        expect(
          read.map(({ channel, frames }) => [
            channel,
            frames.map((frame) => Buffer.from(frame).toString('hex')),
          ]),
        ).toEqual(
          messages
            .slice(passed)
            .map((message) => [
              message.channel,
              framesOf(message).map((frame) => Buffer.from(frame).toString('hex')),
            ]),
        );
      },
    ),
  );
});

test('[K1] [K3] what a server sends is read as it was sent, however it is split', () => {
  fc.assert(
    fc.property(
      fc.array(anyMessage, { maxLength: 4 }),
      anyPosition,
      fc.array(fc.integer({ min: 1, max: 200 })),
      (messages, number, cuts) => {
        const sent = messages.map((message) =>
          encodeSentMessage({ kernelId: 'k-ü', number, message: supervised(message) }),
        );
        let bytes = Buffer.concat(sent);
        const read: HostedMessage[] = [];
        const reader = frameReader((type, payload) => {
          expect(type).toBe(FRAME_TYPES.send);
          const { kernelId, number: readNumber, body } = decodeSentMessage(payload);
          expect([kernelId, readNumber]).toEqual(['k-ü', number]);
          read.push(readMessage(body));
        });
        for (const cut of [...cuts, bytes.byteLength]) {
          reader.push(bytes.subarray(0, cut));
          bytes = bytes.subarray(Math.min(cut, bytes.byteLength));
        }
        expect(read).toEqual(
          messages.map((message) => ({
            ...message,
            buffers: message.buffers.map((buffer) => new Uint8Array(buffer)),
          })),
        );
      },
    ),
  );
});

test('[K1] frames are those of a supervisor', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 255 }), fc.uint8Array(), (type, payload) => {
      expect(Buffer.from(encodeFrame(type, payload)).equals(encodeSupervisedFrame(type, payload))).toBe(true);
    }),
  );
});

test('[K4] [K5] what the server says is read as a supervisor reads it', () => {
  const launch = {
    kernelId: 'k',
    kernelspec: {
      name: 'browser.python',
      resourceDirectory: '/',
      prefix: null,
      spec: {
        argv: [],
        display_name: '',
        language: 'python',
        env: {},
        interrupt_mode: 'signal' as const,
        metadata: { a: 1 },
      },
    },
    workingDirectory: '/',
    sessionPath: 'a.ipynb',
    environment: { NAME: 'value' },
    pythonPrefix: '/',
    runtimeDirectory: '/',
    limits: { softMemory: null, memory: 5, cpuTime: null, wallTime: null, idleTime: null },
  };
  const said: SupervisedUp[] = [
    { type: 'hello', protocols: { min: 1, max: 3 }, program: '1', clientId: 'c', role: 'owner' },
    { type: 'attach', kernelId: 'k', after: 3, acknowledged: 2 },
    { type: 'acknowledge', kernelId: 'k', position: 9 },
    ...(['ready', 'interrupt', 'handed-over'] as const).map((what) => ({
      type: 'request' as const,
      id: 1,
      request: { do: what, kernelId: 'k' },
    })),
    { type: 'request', id: 2, request: { do: 'restart', kernelId: 'k', sessionPath: null } },
    { type: 'request', id: 2, request: { do: 'restart', kernelId: 'k' } },
    { type: 'request', id: 3, request: { do: 'shutdown', kernelId: 'k', now: true } },
    { type: 'request', id: 4, request: { do: 'end' } },
    { type: 'request', id: 5, request: { do: 'status' } },
  ];
  for (const one of said) {
    const payload = Buffer.from(JSON.stringify(one));
    expect(parseUp(payload)).toEqual(parseSupervisedUp(payload));
  }
  expect(
    parseUp(Buffer.from(JSON.stringify({ type: 'request', id: 1, request: { do: 'launch', launch } }))),
  ).toEqual({
    type: 'request',
    id: 1,
    request: {
      do: 'launch',
      asked: launch,
      launch: {
        kernelId: 'k',
        kernelspecName: 'browser.python',
        language: 'python',
        metadata: { a: 1 },
        sessionPath: 'a.ipynb',
        environment: { NAME: 'value' },
        memory: 5,
      },
    },
  });
  expect(parseUp(Buffer.from('{"type":"of-tomorrow"}'))).toBeNull();
});

test.each([
  'no JSON',
  '[]',
  '{}',
  '{"type":"hello","protocols":{"min":1,"max":1},"program":"1","clientId":"c","role":"emperor"}',
  '{"type":"attach","kernelId":"k","after":-1,"acknowledged":0}',
  '{"type":"acknowledge","kernelId":"k","position":1.5}',
  '{"type":"request","id":1,"request":{"do":"dance"}}',
  '{"type":"request","id":1,"request":{"do":"shutdown","kernelId":"k"}}',
  '{"type":"request","id":1,"request":{"do":"launch","launch":{"kernelId":"k"}}}',
])('[K2] %s is refused', (said) => {
  expect(() => parseUp(Buffer.from(said))).toThrow(MalformedError);
});

test('[K2] whatever bytes come, they are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      for (const read of [readMessage, decodeSentMessage])
        try {
          read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
    }),
  );
  expect(() => frameReader(() => undefined).push(Uint8Array.of(255, 255, 255, 255, 1))).toThrow(
    MalformedError,
  );
});

test('what a host says in JSON is understood by a server', () => {
  const state = { kernelId: 'k', pid: null, connectionFile: null, isOver: false };
  const said = {
    type: 'welcome',
    protocol: 1,
    program: '1',
    pid: 0,
    kernels: [{ launch: {}, state, last: 3 }],
    terminals: [],
  };
  expect(parseDown(Buffer.from(encodeJson(said)).subarray(5))).toEqual(said);
});
