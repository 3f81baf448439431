import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitResult } from './limit-result.ts';
import type { ContentPart } from './message.ts';
import { shortenText } from './shorten-text.ts';

describe('shortened text', () => {
  it('keeps the beginning and the end, in whole lines where there are any', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n');
    const short = shortenText(lines, 60);
    expect(short).toMatch(
      /^line 0\nline 1\n.*line 3\n\[… \d+ characters left out …\]\nline 9\d\n.*line 99$/s,
    );
  });

  it('leaves out what it says, and parts no character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 50, maxLength: 120 }),
        fc.integer({ min: 2, max: 60 }),
        (text, size) => {
          const short = shortenText(text, size);
          if (text.length <= size) return expect(short).toBe(text);
          const found = /\n\[… (\d+) characters left out …\]\n/.exec(short);
          const kept = short.length - (found?.[0].length ?? 0);
          expect(kept).toBeLessThanOrEqual(size);
          expect(kept + Number(found?.[1])).toBe(text.length);
          expect(short.isWellFormed()).toBe(text.isWellFormed());
        },
      ),
    );
  });
});

describe('the result of a tool', () => {
  it('[M5] has a size that the limits say', () => {
    const image: ContentPart = { type: 'image', mediaType: 'image/png', data: '', description: 'a plot' };
    const text: ContentPart = { type: 'text', text: 'x'.repeat(900) };
    const result = { content: [text, image, image, text, text, text], isError: false, details: { cell: 1 } };
    const limited = limitResult(result, { resultCharacters: 1_000, resultImages: 1 });
    expect(limited.content[0]).toBe(text);
    expect(limited.content[1]).toBe(image);
    expect(limited.content[2]).toEqual({ type: 'text', text: '[Image left out: a plot]' });
    expect(limited.content[3]).toMatchObject({ text: expect.stringMatching(/^x+\n\[… 8\d\d /) as unknown });
    expect(limited.content[4]).toEqual({ type: 'text', text: '[… 2 further parts left out …]' });
    expect(limited.content).toHaveLength(5);
    expect(limited.details).toBe(result.details);
  });
});
