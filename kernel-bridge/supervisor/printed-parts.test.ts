import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KernelMessage } from '../protocol/message.ts';
import { printedParts } from './printed-parts.ts';

const PART = 200;

function printed(content: string, more: Partial<KernelMessage> = {}): KernelMessage {
  const header = { msg_id: 'kernel_7', msg_type: 'stream', session: 'kernel' };
  const frames = [JSON.stringify({ ...header, date: 'now' }), '{"msg_id":"asked"}', '{}', content];
  return {
    channel: 'iopub',
    header,
    parentHeader: { msg_id: 'asked', msg_type: 'execute_request', session: 'page' },
    frames: frames.map((frame) => Buffer.from(frame)),
    ...more,
  };
}
const parse = (frame: Uint8Array | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(frame ?? []).toString()) as Record<string, unknown>;
const inAscii = (json: string): string =>
  json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom('\n', '\\', '"', '\\n', '\\\\', '\u0007', '😀', '\r\n', '"}', 'x'.repeat(300)),
    ),
    { maxLength: 80 },
  )
  .map((parts) => parts.join(''));

describe('what a kernel prints at once', () => {
  test('[W6] is the same text in parts, each a message, whatever it holds', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), fc.constantFrom(' ', ''), (text, ascii, space) => {
        const json = ascii ? inAscii(JSON.stringify(text)) : JSON.stringify(text);
        const message = printed(`{"name":${space}"stdout",${space}"text":${space}${json}}`);
        const parts = printedParts(message, PART);
        const contents = parts.map(({ frames }) => parse(frames[3]));
        expect(contents.map((content) => content['text']).join('')).toBe(text);
        expect(contents.every((content) => content['name'] === 'stdout')).toBe(true);
        const ids = parts.map(({ header, frames }) => {
          expect(parse(frames[0])).toEqual({ ...header, date: 'now' });
          return header.msg_id;
        });
        expect(new Set(ids).size).toBe(parts.length);
        expect(ids[0]).toBe('kernel_7');
      }),
    );
  });

  test('[W6] is cut at ends of lines', () => {
    const lines = Array.from({ length: 100 }, (_, line) => `line ${line}\n`);
    const parts = printedParts(printed(JSON.stringify({ name: 'stderr', text: lines.join('') })), PART);
    expect(parts.length).toBeGreaterThan(3);
    for (const { frames } of parts) {
      expect(parse(frames[3])['text']).toMatch(/^line .*\n$/s);
      expect(frames[3]?.byteLength).toBeLessThan(2 * PART);
    }
  });

  test('[W6] is cut where there are no lines, too', () => {
    const parts = printedParts(printed(JSON.stringify({ name: 'stdout', text: 'é'.repeat(1000) })), PART);
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.map(({ frames }) => parse(frames[3])['text']).join('')).toBe('é'.repeat(1000));
  });

  const long = 'x\n'.repeat(1000);
  test.each([
    ['short', printed(JSON.stringify({ name: 'stdout', text: 'x' }))],
    [
      'not printed',
      printed(JSON.stringify({ text: long }), { header: { msg_id: '1', msg_type: 'error', session: '' } }),
    ],
    ['more than name and text', printed(JSON.stringify({ name: 'stdout', text: long, more: long }))],
    ['in another order', printed(JSON.stringify({ text: long, name: 'stdout' }))],
    ['no JSON', printed(`{"name": "stdout", "text": "${'x'.repeat(1000)}`)],
  ])('[W1] passes as it came if it is %s', (_, message) => {
    expect(printedParts(message, PART)).toEqual([message]);
  });
});
