import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { headerOf, hostedMessage } from '../../../test/doubles/hosted-process.ts';
import type { HostedMessage } from '../hosted-message.ts';
import { PrintedTogether } from './printed-together.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const printed = (text: string, name = 'stdout', parent = '{"msg_id":"cell"}') =>
  hostedMessage('iopub', 'stream', { name, text }, parent);
const textOf = ({ content }: HostedMessage): string => (JSON.parse(content) as { text: string }).text;
const typesOf = (messages: readonly HostedMessage[]): string[] =>
  messages.map((message) => headerOf(message).msg_type);

function listen() {
  const told: HostedMessage[] = [];
  const printedTogether = new PrintedTogether((message) => told.push(message));
  return { told, printedTogether };
}

/** Texts by themselves, with what they belong to; all else as it is. */
function piecesOf(messages: readonly HostedMessage[]): unknown[] {
  const pieces: { of: string; text: string }[] = [];
  for (const message of messages) {
    const isText = headerOf(message).msg_type === 'stream' && message.buffers.length === 0;
    const { name, text, ...more } = JSON.parse(message.content) as Record<string, unknown>;
    const isPlain = isText && typeof text === 'string' && Object.keys(more).length === 0;
    const of = isPlain
      ? JSON.stringify([name, message.parentHeader, message.metadata])
      : headerOf(message).msg_id;
    const before = pieces.at(-1);
    if (isPlain && before?.of === of) before.text += text;
    else pieces.push({ of, text: isPlain ? text : JSON.stringify(message) });
  }
  return pieces;
}

const anything = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('stdout', 'stderr'),
        fc.constantFrom('{"msg_id":"1"}', '{"msg_id":"2"}'),
      )
      .map((parts) => printed(...parts)),
  },
  fc.constantFrom('\ud83d', '\ude00').map((half) => printed(half)),
  fc.integer({ min: 60_000, max: 70_000 }).map((length) => printed('x'.repeat(length))),
  fc
    .constantFrom('display_data', 'error', 'status', 'clear_output')
    .map((type) => hostedMessage('iopub', type)),
  fc
    .constantFrom('shell' as const, 'stdin' as const, 'control' as const)
    .map((channel) => hostedMessage(channel, 'a_message')),
  fc.constant(null).map(() => hostedMessage('iopub', 'stream', { name: 'stdout', text: 'x', more: 1 })),
  fc.constant(null).map(() => ({ ...printed('x'), buffers: [Uint8Array.of(1)] })),
  fc.constant(null).map(() => ({ ...printed('x'), metadata: '{"a":1}' })),
);

test('[I5] [HL7] whatever is printed together is complete, once, in order, and apart from all else', () => {
  const step = fc.oneof({ weight: 8, arbitrary: anything }, fc.integer({ min: 1, max: 120 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { told, printedTogether } = listen();
      const said: HostedMessage[] = [];
      for (const next of steps) {
        if (typeof next === 'number') vi.advanceTimersByTime(next);
        else {
          said.push(next);
          printedTogether.add(next);
          // Only text waits, and whatever is told has all before it.
          if (headerOf(next).msg_type !== 'stream') expect(piecesOf(told)).toEqual(piecesOf(said));
        }
      }
      printedTogether.end();
      expect(piecesOf(told)).toEqual(piecesOf(said));
      const ids = said.map((message) => headerOf(message).msg_id);
      const places = told.map((message) => ids.indexOf(headerOf(message).msg_id));
      expect(places.every((place, at) => place > (places[at - 1] ?? -1))).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    }),
  );
});

test('[HL7] of a flood that is flushed line by line few messages go on, all of it 50 ms after the last', () => {
  const { told, printedTogether } = listen();
  const lines = Array.from({ length: 10_000 }, (_line, at) => `${at}\n`);
  for (const [at, line] of lines.entries()) {
    printedTogether.add(printed(line));
    if (at % 10 === 9) vi.advanceTimersByTime(2);
  }
  vi.advanceTimersByTime(50);
  expect(told.map(textOf).join('')).toBe(lines.join(''));
  expect(told.length).toBeLessThanOrEqual(42);
});

test('[HL7] each line of a loop that prints ten times a second goes on at once, as it is', () => {
  const { told, printedTogether } = listen();
  for (let at = 0; at < 20; at += 1) {
    const line = printed(`${at}\n`);
    printedTogether.add(line);
    expect(told.at(-1)).toBe(line);
    vi.advanceTimersByTime(100);
  }
  expect(told).toHaveLength(20);
  expect(vi.getTimerCount()).toBe(0);
});

test('[HL7] text that waits goes before a display, an error, a question, a reply and the end', () => {
  const { told, printedTogether } = listen();
  const others = [
    hostedMessage('iopub', 'display_data'),
    hostedMessage('iopub', 'error'),
    hostedMessage('stdin', 'input_request'),
    hostedMessage('shell', 'execute_reply'),
  ];
  printedTogether.add(printed('at once\n'));
  for (const other of others) {
    for (const text of ['one, ', 'two\n']) printedTogether.add(printed(text));
    printedTogether.add(other);
  }
  printedTogether.add(printed('at last\n'));
  printedTogether.end();
  const together = others.flatMap((other) => ['stream', headerOf(other).msg_type]);
  expect(typesOf(told)).toEqual(['stream', ...together, 'stream']);
  expect(told.filter((message) => typesOf([message])[0] === 'stream').map(textOf)).toEqual([
    'at once\n',
    ...others.map(() => 'one, two\n'),
    'at last\n',
  ]);
});

test('[I5] [HL7] what waits is bounded', () => {
  const { told, printedTogether } = listen();
  const line = 'x'.repeat(1024);
  for (let at = 0; at < 1000; at += 1) printedTogether.add(printed(line));
  expect(told.map(textOf).join('').length).toBeGreaterThan(1000 * 1024 - 128 * 1024);
  expect(told.length).toBeLessThan(20);
});
