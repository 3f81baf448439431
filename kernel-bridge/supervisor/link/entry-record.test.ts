import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KernelLifecycleEvent } from '../../kernel.ts';
import type { KernelMessage } from '../../protocol/message.ts';
import type { EntryBody } from './entry.ts';
import { decodeEntry, encodeEntries, positionOf, recordAt, sizeEntry } from './entry-record.ts';
import { frameReader } from './frame.ts';
import { MalformedError } from '../../hosted/codec/malformed-error.ts';
import { MessageBodyReader } from './message-body-reader.ts';

const anyHeader = fc.record({
  msg_id: fc.string({ minLength: 1 }),
  msg_type: fc.string(),
  session: fc.string(),
});
const anyMessage: fc.Arbitrary<KernelMessage> = fc
  .record({
    channel: fc.constantFrom('shell' as const, 'control' as const, 'stdin' as const, 'iopub' as const),
    header: anyHeader,
    parentHeader: fc.option(anyHeader),
    rest: fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 2, maxLength: 5 }),
  })
  .map(({ rest, ...message }) => {
    const headers = [message.header, message.parentHeader ?? {}].map((part) =>
      Buffer.from(JSON.stringify(part)),
    );
    return { ...message, frames: [...headers, ...rest.map((frame) => Buffer.from(frame))] };
  });
const exit = {
  exitCode: 1,
  signal: null,
  stderrTail: 'why',
  outOfMemory: null,
  memoryHighWater: 12,
  limit: null,
};
const anyEvent: fc.Arbitrary<KernelLifecycleEvent> = fc.oneof(
  fc.array(fc.string()).map((ids) => ({ kind: 'died' as const, exit, waiting: new Set(ids) })),
  fc.option(fc.nat()).map((pid) => ({ kind: 'autorestarted' as const, pid })),
  fc.constantFrom<KernelLifecycleEvent>(
    { kind: 'gave-up', exit },
    { kind: 'reattached', silentFrom: '2026-01-01T00:00:00Z', silentUntil: '2026-01-01T00:01:00Z' },
    {
      kind: 'reattached',
      silentFrom: '2026-01-01T00:00:00Z',
      silentUntil: '2026-01-01T00:01:00Z',
      why: 'The connection to login.example broke.',
    },
    { kind: 'waiting', text: 'PD (Priority)' },
    { kind: 'waiting', text: null },
    { kind: 'warned', text: 'its time is up in 5 minutes' },
    { kind: 'gave-up', exit: { ...exit, explanation: 'TIMEOUT: it ran for longer than it might' } },
    { kind: 'replies-missed', messageIds: ['a', 'b'] },
    { kind: 'paused', reason: 'disk-full' },
    { kind: 'continued' },
    { kind: 'limit-reached', limit: 'memory', effect: 'warned', text: 'too much' },
  ),
);
const anyEntry: fc.Arbitrary<EntryBody> = fc.oneof(
  anyMessage.map((message) => ({ kind: 'message' as const, message })),
  anyEvent.map((event) => ({ kind: 'lifecycle' as const, event })),
);
const encode = (entries: readonly EntryBody[], first = 1) => encodeEntries(entries.map(sizeEntry), first);

function payloadsOf(bytes: Buffer): Buffer[] {
  const payloads: Buffer[] = [];
  frameReader((_type, payload) => payloads.push(payload)).push(bytes);
  return payloads;
}

describe('the record of an entry', () => {
  test('[K3] is a frame of the link, and gives back every entry with its position', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { minLength: 1 }), fc.nat({ max: 2 ** 45 }), (entries, before) => {
        const payloads = payloadsOf(encode(entries, before + 1));
        const messages = new MessageBodyReader();
        expect(payloads.map(positionOf)).toEqual(entries.map((_entry, index) => before + 1 + index));
        expect(payloads.map((payload) => decodeEntry(payload, messages))).toEqual(entries);
      }),
    );
  });

  test('[K3] is known to be damaged whichever byte is', () => {
    fc.assert(
      fc.property(anyEntry, fc.nat(), fc.integer({ min: 1, max: 255 }), (entry, place, change) => {
        const bytes = encode([entry]);
        expect(recordAt(bytes, 0)).toEqual({ position: 1, bytes: bytes.byteLength });
        const at = place % bytes.byteLength;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(recordAt(bytes, 0)).toBeNull();
      }),
    );
  });

  test('[K5] whatever its body has, reading it fails with a reason or not at all', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 11, maxLength: 60 }),
        fc.integer({ min: 0, max: 2 }),
        (bytes, kind) => {
          const payload = Buffer.from(bytes);
          payload[10] = kind;
          try {
            decodeEntry(payload, new MessageBodyReader());
          } catch (error) {
            expect((error as Error).name).toMatch(/^(MalformedError|KernelError)$/);
          }
        },
      ),
    );
  });

  test('[K5] a kind that only a newer version knows is passed over', () => {
    const [payload] = payloadsOf(encode([{ kind: 'lifecycle', event: { kind: 'continued' } }]));
    const newer = Buffer.from(payload!);
    newer[10] = 9;
    expect(decodeEntry(newer, new MessageBodyReader())).toBeNull();
    const other = { kind: 'lifecycle', event: { kind: 'levitated' } } as unknown as EntryBody;
    expect(decodeEntry(payloadsOf(encode([other]))[0]!, new MessageBodyReader())).toBeNull();
  });

  test.each([
    ['{"kind":"died"}'],
    ['{"kind":"warned"}'],
    ['{"kind":"warned","text":null}'],
    ['{"kind":"paused","reason":1}'],
    ['[]'],
    ['nonsense'],
    ['null'],
  ])('[K5] a lifecycle event %s is refused', (json) => {
    const [payload] = payloadsOf(encode([{ kind: 'lifecycle', event: { kind: 'continued' } }]));
    const bytes = Buffer.concat([payload!.subarray(0, 11), Buffer.from(json)]);
    expect(() => decodeEntry(bytes, new MessageBodyReader())).toThrow(MalformedError);
  });
});
