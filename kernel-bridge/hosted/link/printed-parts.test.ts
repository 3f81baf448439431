import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headerOf, hostedMessage } from '../../../test/doubles/hosted-process.ts';
import type { HostedMessage } from '../hosted-message.ts';
import { printedParts } from './printed-parts.ts';

const MEBI = 1024 * 1024;
const textOf = ({ content }: HostedMessage): string => (JSON.parse(content) as { text: string }).text;
const printed = (text: string) => hostedMessage('iopub', 'stream', { name: 'stdout', text });

test('[W6] what is printed at once goes on in parts of about a megabyte: the same text, cut at ends of lines', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('a line\n', 'ü\n', '😀', '😀😀\n', 'x'),
      fc.integer({ min: 0, max: 9 }),
      (piece, more) => {
        const text = piece.repeat(Math.ceil((3 * MEBI) / piece.length) + more);
        const message = printed(text);
        const parts = printedParts(message);
        expect(parts.length).toBeGreaterThan(1);
        expect(parts.map(textOf).join('') === text).toBe(true);
        expect(parts.every((part) => textOf(part).isWellFormed() && textOf(part).length <= MEBI)).toBe(true);
        if (piece.endsWith('\n')) expect(parts.every((part) => textOf(part).endsWith('\n'))).toBe(true);
        const { msg_id } = headerOf(message);
        expect(parts.map((part) => headerOf(part).msg_id)).toEqual(
          parts.map((_part, index) => (index === 0 ? msg_id : `${msg_id}.${index + 1}`)),
        );
      },
    ),
    { numRuns: 8 },
  );
});

test('[W6] any other message stays as it is', () => {
  const long = 'x'.repeat(3 * MEBI);
  const others = [
    printed('short'),
    hostedMessage('iopub', 'display_data', { data: { 'text/plain': long } }),
    hostedMessage('iopub', 'stream', { name: 'stdout', text: long, more: 1 }),
    { ...printed(long), buffers: [Uint8Array.of(1)] },
    { ...printed(long), content: `${long}"stream"` },
  ];
  for (const message of others) expect(printedParts(message)).toEqual([message]);
});
