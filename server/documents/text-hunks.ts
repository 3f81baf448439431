import type { Hunk } from './character-hunks.ts';
import { characterHunks } from './character-hunks.ts';
import { blocksBetween, linesOf } from './line-blocks.ts';
import { changedLines } from './match-lines.ts';

/**
 * What is different between two texts, in order, without overlaps: whole lines, and characters within lines that have become
 * others. So a line is never made of the letters that it shares with another one: whoever deletes that other line at the
 * same time would tear it. No surrogate pair is cut in two.
 */
export function hunksBetween(before: string, after: string): Hunk[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const hunks: Hunk[] = [];
  let [line, position] = [0, 0];
  const place = (until: number): number => {
    for (; line < until; line += 1) position += old[line]!.length;
    return position;
  };
  for (const block of blocksBetween(old, now)) {
    let { start, from } = block;
    for (const [at, other] of [...changedLines(old, now, block), [block.end, block.to] as const]) {
      if (start < at || from < other)
        hunks.push({ start: place(start), end: place(at), text: now.slice(from, other).join('') });
      if (at === block.end) break;
      const offset = place(at);
      for (const hunk of characterHunks(old[at]!, now[other]!))
        hunks.push({ start: offset + hunk.start, end: offset + hunk.end, text: hunk.text });
      [start, from] = [at + 1, other + 1];
    }
  }
  return hunks;
}

/** How much stands in lines that only one of two texts has, in code units: two lines that are alike are two lines. */
export function linesApart(one: string, other: string): number {
  const [lines, others] = [linesOf(one), linesOf(other)];
  return blocksBetween(lines, others).reduce(
    (sum, { start, end, from, to }) =>
      sum + lengthOf(lines.slice(start, end)) + lengthOf(others.slice(from, to)),
    0,
  );
}

/** @returns `text` with the hunks in it */
export function withHunks(text: string, hunks: readonly Hunk[]): string {
  let result = '';
  let position = 0;
  for (const hunk of hunks) {
    result += text.slice(position, hunk.start) + hunk.text;
    position = hunk.end;
  }
  return result + text.slice(position);
}

const lengthOf = (lines: readonly string[]): number => lines.reduce((sum, { length }) => sum + length, 0);
