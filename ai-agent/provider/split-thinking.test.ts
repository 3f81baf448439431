import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ThinkingSplitter } from './split-thinking.ts';

function split(pieces: readonly string[]): { reasoning: string; text: string } {
  const splitter = new ThinkingSplitter();
  const chunks = [...pieces.flatMap((each) => splitter.take(each)), ...splitter.end()];
  const joined = (wanted: string): string =>
    chunks.flatMap((chunk) => (chunk.type === wanted && 'text' in chunk ? [chunk.text] : [])).join('');
  return { reasoning: joined('reasoning'), text: joined('text') };
}

it.each([
  ['<think>hm</think>\n\nYes', { reasoning: 'hm', text: 'Yes' }],
  ['\n<think>hm</think>Yes', { reasoning: 'hm', text: 'Yes' }],
  ['<think>a < b </thin', { reasoning: 'a < b </thin', text: '' }],
  ['Write <think> to think', { reasoning: '', text: 'Write <think> to think' }],
  ['<thi', { reasoning: '', text: '<thi' }],
  ['', { reasoning: '', text: '' }],
])('parts %j', (whole, parts) => {
  expect(split([whole])).toEqual(parts);
});

it('says the same however the text is cut into pieces', () => {
  const text = fc.array(fc.constantFrom('<think>', '</think>', '<', 'a', ' ', '</th'), { maxLength: 8 });
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.integer({ min: 1, max: 4 })), (parts, lengths) => {
      const whole = parts.join('');
      const pieces: string[] = [];
      for (let at = 0; at < whole.length;) {
        const length = lengths.next().value as number;
        pieces.push(whole.slice(at, at + length));
        at += length;
      }
      const [cut, uncut] = [split(pieces), split([whole])];
      // White space after the closing mark is left out as far as it arrives with it.
      expect({ ...cut, text: cut.text.trim() }).toEqual({ ...uncut, text: uncut.text.trim() });
    }),
  );
});
