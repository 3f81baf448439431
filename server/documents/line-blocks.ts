import diff from 'fast-diff';
import { longestIncreasing } from './longest-increasing.ts';

/** Up to so many lines are compared one by one; the time for that grows with their square. */
const MOST_BY_LINE = 2000;

/** Where two lists of lines differ: `[start, end)` of the one before are `[from, to)` of the one after. */
export interface LineBlock {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** Each with its `\n`, which the last may be without. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** In order; what is between two blocks is the same. */
export function blocksBetween(before: readonly string[], after: readonly string[]): LineBlock[] {
  const blocks: LineBlock[] = [];
  compare([before, 0, before.length], [after, 0, after.length], blocks);
  return blocks;
}

/** Lines `[start, end)` of a list. */
type Part = readonly [lines: readonly string[], start: number, end: number];

function compare([before, start, end]: Part, [after, from, to]: Part, blocks: LineBlock[]): void {
  while (start < end && from < to && before[start] === after[from]) {
    start += 1;
    from += 1;
  }
  while (start < end && from < to && before[end - 1] === after[to - 1]) {
    end -= 1;
    to -= 1;
  }
  if (start === end && from === to) return;
  if (start === end || from === to) blocks.push({ start, end, from, to });
  else if (end - start + to - from <= MOST_BY_LINE)
    compareEachLine([before, start, end], [after, from, to], blocks);
  else compareBetweenAnchors([before, start, end], [after, from, to], blocks);
}

function compareEachLine([before, start, end]: Part, [after, from, to]: Part, blocks: LineBlock[]): void {
  const codes = new Map<string, string>();
  const coded = (lines: readonly string[]): string =>
    lines
      .map((line) => {
        const code = codes.get(line) ?? String.fromCharCode(0x100 + codes.size);
        codes.set(line, code);
        return code;
      })
      .join('');
  let block: LineBlock = { start, end: start, from, to: from };
  const flush = (): void => {
    if (block.start < block.end || block.from < block.to) blocks.push(block);
  };
  for (const [kind, { length }] of diff(coded(before.slice(start, end)), coded(after.slice(from, to)))) {
    if (kind === diff.DELETE) block = { ...block, end: block.end + length };
    else if (kind === diff.INSERT) block = { ...block, to: block.to + length };
    else {
      flush();
      const [at, place] = [block.end + length, block.to + length];
      block = { start: at, end: at, from: place, to: place };
    }
  }
  flush();
}

/** Lines that are in each text once keep the texts together, as in "patience diff". */
function compareBetweenAnchors(
  [before, start, end]: Part,
  [after, from, to]: Part,
  blocks: LineBlock[],
): void {
  const places = onceIn([after, from, to]);
  const pairs = [...onceIn([before, start, end])].flatMap(([line, place]) => {
    const other = places.get(line);
    return other === undefined ? [] : [{ place, other }];
  });
  const anchors = longestIncreasing(pairs.map(({ other }) => other)).map((index) => pairs[index]!);
  if (anchors.length === 0) {
    blocks.push({ start, end, from, to });
    return;
  }
  for (const { place, other } of [...anchors, { place: end, other: to }]) {
    compare([before, start, place], [after, from, other], blocks);
    [start, from] = [place + 1, other + 1];
  }
}

function onceIn([lines, start, end]: Part): Map<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (let place = start; place < end; place += 1) {
    const line = lines[place]!;
    if (places.has(line)) repeated.add(line);
    else places.set(line, place);
  }
  for (const line of repeated) places.delete(line);
  return places;
}
