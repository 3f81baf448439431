import { characterHunks } from './character-hunks.ts';
import type { LineBlock } from './line-blocks.ts';
import { blocksBetween } from './line-blocks.ts';
import { longestIncreasing } from './longest-increasing.ts';

/** Of two lines that have this much in common, one may have become the other. */
const ALIKE = 0.5;
/** A line of so many characters that another has all of may have been typed on, or cut, however much. */
const LEAST_HELD = 8;
/** The time to compare each line with each grows with the product of their characters. */
const MOST_COMPARED = 4_000_000;

export type ChangedLine = readonly [before: number, after: number];

/** Which lines of a block are the same line, changed; in order. */
export function changedLines(
  before: readonly string[],
  after: readonly string[],
  { start, end, from, to }: LineBlock,
): ChangedLine[] {
  const [old, now] = [before.slice(start, end), after.slice(from, to)];
  if (old.length === 0 || now.length === 0) return [];
  const isSmall = lengthOf(old) * lengthOf(now) <= MOST_COMPARED || old.length + now.length === 2;
  const pairs = isSmall ? mostAlike(old, now) : indented(old, now);
  return pairs.map(([line, other]) => [start + line, from + other]);
}

/** Pairs of which neither is more like another line. */
function mostAlike(before: readonly string[], after: readonly string[]): ChangedLine[] {
  const alike = before.map((line) => after.map((other) => likeness(line, other)));
  const ofOthers = after.map((_, other) => greatest(alike.map((row) => row[other]!)));
  const pairs = alike.flatMap((row, line): ChangedLine[] => {
    const other = greatest(row);
    return row[other]! > 0 && ofOthers[other] === line ? [[line, other]] : [];
  });
  return longestIncreasing(pairs.map(([, other]) => other)).map((at) => pairs[at]!);
}

const greatest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** Lines of which nothing but what they are indented by has changed. */
function indented(before: readonly string[], after: readonly string[]): ChangedLine[] {
  const trimmed = (lines: readonly string[]): string[] => lines.map((line) => line.trim());
  const pairs: ChangedLine[] = [];
  let [line, other] = [0, 0];
  const rest = { start: before.length, end: before.length, from: after.length, to: after.length };
  for (const { start, end, to } of [...blocksBetween(trimmed(before), trimmed(after)), rest]) {
    while (line < start) pairs.push([line++, other++]);
    [line, other] = [end, to];
  }
  return pairs;
}

/** How much of two lines is the same, up to 1; 0 where they are not one line. What they are indented by says nothing. */
function likeness(before: string, after: string): number {
  const [one, other] = [before.trim(), after.trim()];
  if (one === other) return 1;
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  if (shorter.length < Math.min(LEAST_HELD, ALIKE * longer.length)) return 0;
  const hunks = characterHunks(shorter, longer);
  const shared = shorter.length - hunks.reduce((sum, { start, end }) => sum + end - start, 0);
  const isHeld = shared === shorter.length && hunks.length === 1 && shared >= LEAST_HELD;
  return isHeld || shared >= ALIKE * longer.length ? shared / longer.length : 0;
}

const lengthOf = (lines: readonly string[]): number => lines.reduce((sum, { length }) => sum + length, 0);
