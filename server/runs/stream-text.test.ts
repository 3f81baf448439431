import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTPUT_LIMITS } from './output-limits.ts';
import {
  emptyStreamText,
  heldLength,
  readStreamText,
  writeStreamText,
  type ReadText,
  type StreamText,
  type TextLimits,
} from './stream-text.ts';

function write(text: StreamText, chunk: string): void {
  writeStreamText(text, chunk, OUTPUT_LIMITS);
}

function read(text: StreamText): string {
  const shown = readStreamText(text, OUTPUT_LIMITS);
  return 'whole' in shown ? shown.whole : '';
}

function written(...chunks: string[]): string {
  const text = emptyStreamText();
  for (const chunk of chunks) write(text, chunk);
  return read(text);
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
          write(text, whole.slice(ends[index - 1] ?? 0, end));
          if (readBetween) read(text);
        });
        expect(read(text)).toBe(written(whole));
      }),
    );
  });

  it('[T4] holds a long text in few large pieces', () => {
    const text = emptyStreamText();
    for (let line = 0; line < 100_000; line++) write(text, `${line}\n`);
    for (let letter = 0; letter < 100_000; letter++) write(text, 'x');
    const pieces = [text.blocks, text.ended, text.left, text.right].flat();
    expect(pieces.length).toBeLessThan(1_500);
    expect(read(text)).toMatch(/^0\n1\n2\n[^]*\n99999\nx{100000}$/);
  });

  it('[T4] goes back and forth on a long line by whole pieces', () => {
    const text = emptyStreamText();
    const long = 'abcdefghij'.repeat(100_000);
    write(text, long);
    for (let step = 0; step < 100_000; step++) write(text, '\rX\b');
    expect([text.left, text.right].flat().length).toBeLessThan(3);
    expect(read(text)).toBe(long.slice(200_000));
  });
});

const LIMITS: TextLimits = { headText: 1000, tailText: 3000 };

function endsOf(whole: string, cuts: readonly number[], limits: TextLimits = LIMITS): ReadText {
  const text = emptyStreamText();
  let from = 0;
  for (const cut of [...cuts.filter((at) => at < whole.length), whole.length]) {
    writeStreamText(text, whole.slice(from, cut), limits);
    from = cut;
  }
  return readStreamText(text, limits);
}

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, line) => `line ${line}\n`).join('');

describe('a stream text that is too long', () => {
  it('[L1] [L2] shows both ends, cut at lines, and says exactly what lies between', () => {
    const whole = numbered(200_000);
    const cut = [10, 5000, 70_000, 70_001, 900_000];
    const shown = endsOf(whole, cut);
    if ('whole' in shown) throw new Error('all of it is shown');
    const { head, leftOut, tail } = shown;
    expect(head).toMatch(/^line 0\n[^]*\n$/);
    expect(head.length).toBeGreaterThan(980);
    expect(tail).toMatch(/^line \d+\n[^]*line 199999\n$/);
    expect(tail.length).toBeGreaterThan(2980);
    const between = whole.slice(head.length, whole.length - tail.length);
    expect(whole.startsWith(head) && whole.endsWith(tail)).toBe(true);
    expect(leftOut).toEqual({
      characters: between.length,
      bytes: between.length,
      lines: between.split('\n').length - 1,
    });
  });

  it('[L2] is the same wherever it was cut into messages', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 30, unit: 'grapheme' }),
      fc.constantFrom('ä😀'.repeat(4000), 'x'.repeat(2000), ''),
    );
    const texts = fc
      .array(line, { minLength: 1, maxLength: 40 })
      .map((lines) => lines.join('\n').replace(/[\b\r]/g, ''));
    const cuts = fc.array(fc.nat(200_000), { maxLength: 10 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 20 }), cuts, (text, times, positions) => {
        const whole = text.repeat(times);
        const shown = endsOf(whole, positions);
        expect(shown).toEqual(endsOf(whole, []));
        if ('whole' in shown) {
          expect(shown.whole === whole && whole.length <= 4000).toBe(true);
          return;
        }
        expect(shown.head.length).toBeLessThanOrEqual(1000);
        expect(shown.tail.length).toBeLessThanOrEqual(3000);
        expect(shown.head.length + shown.leftOut.characters + shown.tail.length).toBe(whole.length);
        expect(whole.startsWith(shown.head) && whole.endsWith(shown.tail)).toBe(true);
        // No letter is cut in two.
        expect((shown.head + shown.tail).isWellFormed()).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('[L3] still carries out what a progress bar does in its last line', () => {
    const text = emptyStreamText();
    writeStreamText(text, numbered(100_000), LIMITS);
    for (let step = 0; step <= 100; step++) writeStreamText(text, `\r${step} %`, LIMITS);
    expect(readStreamText(text, LIMITS)).toMatchObject({
      tail: expect.stringMatching(/line 99999\n100 %$/) as string,
    });
  });

  it('[L4] holds little of a line that never ends', () => {
    const text = emptyStreamText();
    for (let step = 0; step < 10_000; step++) {
      writeStreamText(text, 'abcdefghij'.repeat(100), LIMITS);
      if (step % 1000 === 0) expect(heldLength(text)).toBeLessThan(300_000);
    }
    expect(readStreamText(text, LIMITS)).toMatchObject({
      head: 'abcdefghij'.repeat(100),
      leftOut: { characters: 10_000_000 - 4000, lines: 0 },
      tail: 'abcdefghij'.repeat(300),
    });
  });

  it('[L3] holds head and tail however much is printed', () => {
    const text = emptyStreamText();
    const message = 'x'.repeat(999) + '\n';
    for (let step = 0; step < 100_000; step++) writeStreamText(text, message, OUTPUT_LIMITS);
    expect(heldLength(text)).toBeLessThan(OUTPUT_LIMITS.headText + OUTPUT_LIMITS.tailText + 300_000);
    expect(readStreamText(text, OUTPUT_LIMITS)).toMatchObject({
      leftOut: {
        lines:
          100_000 - Math.floor(OUTPUT_LIMITS.headText / 1000) - Math.floor(OUTPUT_LIMITS.tailText / 1000),
      },
    });
  });
});
