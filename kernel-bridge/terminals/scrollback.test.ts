import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Scrollback } from './scrollback.ts';

test('keeps the end of what was printed, at most its limit, and knows where that begins', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 12 })), fc.integer({ min: 1, max: 20 }), (chunks, limit) => {
      const scrollback = new Scrollback(limit);
      let all = '';
      for (const chunk of chunks) {
        scrollback.append(chunk);
        all += chunk;
        const kept = scrollback.text();
        expect(kept.length).toBeLessThanOrEqual(limit);
        expect(scrollback.end).toBe(all.length);
        expect(all.slice(scrollback.start)).toBe(kept);
        if (all.length <= limit) expect(kept).toBe(all);
      }
    }),
  );
});

test('a chunk longer than the limit leaves its end', () => {
  const scrollback = new Scrollback(3);
  scrollback.append('before');
  scrollback.append('12345');
  expect(scrollback.text()).toBe('345');
});
