import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyStreamText, readStreamText, writeStreamText } from './stream-text.ts';

function written(...chunks: string[]): string {
  const text = emptyStreamText();
  for (const chunk of chunks) writeStreamText(text, chunk);
  return readStreamText(text);
}

/** The rules in the plainest form: all lines but the last are over, the last one is letters and a cursor. */
function asTerminal(everything: string): string {
  const ended: string[] = [];
  let line: string[] = [];
  let cursor = 0;
  for (const character of everything.split('')) {
    if (character === '\n') {
      ended.push(line.join(''));
      line = [];
      cursor = 0;
    } else if (character === '\r') {
      cursor = 0;
    } else if (character !== '\b') {
      line[cursor++] = character;
    } else if (cursor > 0) {
      line.splice(--cursor, 2);
    }
  }
  return [...ended, line.join('')].join('\n');
}

const chunk = fc
  .array(fc.oneof(fc.constantFrom('\n', '\r', '\b', '\r\n', '😀', 'ab'), fc.string({ maxLength: 4 })), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''));

describe('stream text', () => {
  it.each([
    ['a line that is overwritten by a shorter one', ['working 99%\rdone'], 'doneing 99%'],
    ['a progress bar over messages', ['\r 10%', '\r 20%', '\r100%', '\n'], '100%\n'],
    ['back to the start without writing', ['kept\r'], 'kept'],
    ['only the last line is overwritten', ['one\ntwo\rTW'], 'one\nTWo'],
    ['backspaces', ['abc\b\bX'], 'aX'],
    ['backspaces never leave the line', ['a\n\b\b\bb'], 'a\nb'],
    ['backspaces over messages', ['ab', '\b', '\b', '\b', 'c'], 'c'],
    ['a spinner', ['|', '\b/', '\b-', '\b\\', '\b'], ''],
  ])('[T1] %s', (_name, chunks, expected) => {
    expect(written(...chunks)).toBe(expected);
  });

  it.each([
    ['a Windows line end', ['one\r\ntwo\r\n'], 'one\ntwo\n'],
    ['a Windows line end over two messages', ['one\r', '\ntwo'], 'one\ntwo'],
    ['a line that ends while the cursor is within it', ['abc\rX\nnext'], 'Xbc\nnext'],
    ['a backspace within the line takes the character under the cursor as well', ['abcd\rX\b'], 'cd'],
  ])('[T2] %s', (_name, chunks, expected) => {
    expect(written(...chunks)).toBe(expected);
  });

  it('[T1] [T2] shows what a plain terminal would', () => {
    fc.assert(fc.property(fc.array(chunk), (chunks) => written(...chunks) === asTerminal(chunks.join(''))));
  });

  it('[T3] is the same wherever the text was cut, and whenever somebody read it', () => {
    const cuts = fc.array(fc.nat(), { maxLength: 10 });
    fc.assert(
      fc.property(fc.array(chunk), cuts, fc.boolean(), (chunks, positions, readBetween) => {
        const whole = chunks.join('');
        const text = emptyStreamText();
        const ends = [...positions.map((at) => at % (whole.length + 1)), whole.length].sort((a, b) => a - b);
        ends.forEach((end, index) => {
          writeStreamText(text, whole.slice(ends[index - 1] ?? 0, end));
          if (readBetween) readStreamText(text);
        });
        expect(readStreamText(text)).toBe(written(whole));
      }),
    );
  });

  it('[T4] holds a long text in few large pieces', () => {
    const text = emptyStreamText();
    for (let line = 0; line < 100_000; line++) writeStreamText(text, `${line}\n`);
    for (let letter = 0; letter < 100_000; letter++) writeStreamText(text, 'x');
    const pieces = [text.blocks, text.ended, text.left, text.right].flat();
    expect(pieces.length).toBeLessThan(1_500);
    expect(readStreamText(text)).toMatch(/^0\n1\n2\n[^]*\n99999\nx{100000}$/);
  });

  it('[T4] goes back and forth on a long line by whole pieces', () => {
    const text = emptyStreamText();
    const long = 'abcdefghij'.repeat(100_000);
    writeStreamText(text, long);
    for (let step = 0; step < 100_000; step++) writeStreamText(text, '\rX\b');
    expect([text.left, text.right].flat().length).toBeLessThan(3);
    expect(readStreamText(text)).toBe(long.slice(200_000));
  });
});
