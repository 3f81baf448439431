import diff from 'fast-diff';

/** Where a text has something else than the one before it: `[start, end)` of that one is `text` now. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Up to so many characters, or lines, are compared one by one; the time for that grows with their square. */
const MOST_BY_CHARACTER = 4000;
const MOST_BY_LINE = 2000;

/**
 * What is different between two texts, in order, without overlaps: by lines, and by characters within lines that others
 * stand in the place of. So a new line stays whole, whatever letters it shares with its neighbours. No surrogate pair is cut
 * in two.
 */
export function hunksBetween(before: string, after: string): Hunk[] {
  const hunks: Hunk[] = [];
  compareLines(linesOf(before), linesOf(after), 0, (...block) => compareBlock(...block, hunks));
  return joined(hunks);
}

/** How much stands in lines that only one of two texts has, in code units: two lines that are alike are two lines. */
export function linesApart(one: string, other: string): number {
  let apart = 0;
  compareLines(linesOf(one), linesOf(other), 0, (before, after) => {
    apart += before.length + after.length;
  });
  return apart;
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

/** Told of lines that stand at a place in the place of others. */
type OnBlock = (before: string, after: string, at: number) => void;

function compareLines(
  before: readonly string[],
  after: readonly string[],
  at: number,
  onBlock: OnBlock,
): void {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const [old, now] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const offset = at + lengthOf(before.slice(0, head));
  if (old.length + now.length <= MOST_BY_LINE) compareEachLine(old, now, offset, onBlock);
  else compareBetweenAnchors(old, now, offset, onBlock);
}

function compareEachLine(
  before: readonly string[],
  after: readonly string[],
  at: number,
  onBlock: OnBlock,
): void {
  const codes = new Map<string, string>();
  const coded = (lines: readonly string[]): string =>
    lines
      .map((line) => {
        const code = codes.get(line) ?? String.fromCharCode(0x100 + codes.size);
        codes.set(line, code);
        return code;
      })
      .join('');
  let [oldAt, nowAt, position] = [0, 0, at];
  let [removed, added] = ['', ''];
  const flush = (): void => {
    if (removed !== added) onBlock(removed, added, position);
    position += removed.length;
    [removed, added] = ['', ''];
  };
  for (const [kind, { length }] of diff(coded(before), coded(after))) {
    if (kind === diff.DELETE) removed += before.slice(oldAt, oldAt + length).join('');
    else if (kind === diff.INSERT) added += after.slice(nowAt, nowAt + length).join('');
    else {
      flush();
      position += lengthOf(before.slice(oldAt, oldAt + length));
    }
    if (kind !== diff.INSERT) oldAt += length;
    if (kind !== diff.DELETE) nowAt += length;
  }
  flush();
}

/** Lines that are in each text once keep the texts together, as in "patience diff". */
function compareBetweenAnchors(
  before: readonly string[],
  after: readonly string[],
  at: number,
  onBlock: OnBlock,
): void {
  const places = onceIn(after);
  const pairs = [...onceIn(before)].flatMap(([line, place]) => {
    const other = places.get(line);
    return other === undefined ? [] : [{ place, other }];
  });
  const anchors = longestIncreasing(pairs.map(({ other }) => other)).map((index) => pairs[index]!);
  if (anchors.length === 0) return onBlock(before.join(''), after.join(''), at);
  let [oldAt, nowAt] = [0, 0];
  let position = at;
  for (const { place, other } of [...anchors, { place: before.length, other: after.length }]) {
    compareLines(before.slice(oldAt, place), after.slice(nowAt, other), position, onBlock);
    position += lengthOf(before.slice(oldAt, place + 1));
    [oldAt, nowAt] = [place + 1, other + 1];
  }
}

/** Of lines that stand in the place of others. */
function compareBlock(before: string, after: string, at: number, hunks: Hunk[]): void {
  if (before === after) return;
  const isWhole = before === '' || after === '';
  const head = isWhole ? 0 : commonHead(before, after);
  const tail = isWhole ? 0 : commonTail(before, after, head);
  const [old, now] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const start = at + head;
  if (old === '' || now === '' || old.length + now.length > MOST_BY_CHARACTER)
    hunks.push({ start, end: start + old.length, text: now });
  else compareCharacters(old, now, start, hunks);
}

function compareCharacters(before: string, after: string, offset: number, hunks: Hunk[]): void {
  let position = offset;
  // Cleaned up, or two words that happen to share a letter would be torn at it.
  for (const [kind, text] of diff(before, after, undefined, true)) {
    if (kind === diff.INSERT) hunks.push({ start: position, end: position, text });
    else {
      if (kind === diff.DELETE) hunks.push({ start: position, end: position + text.length, text: '' });
      position += text.length;
    }
  }
}

/** The indices of one longest strictly increasing subsequence, in order. */
export function longestIncreasing(values: readonly number[]): number[] {
  /** By length: the index of the smallest value that ends an increasing sequence of that length. */
  const ends: number[] = [];
  const before: number[] = [];
  values.forEach((value, index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[ends[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? ends[low - 1]! : -1;
    ends[low] = index;
  });
  const result: number[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index]!) result.push(index);
  return result.reverse();
}

const lengthOf = (lines: readonly string[]): number => lines.reduce((sum, { length }) => sum + length, 0);
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function onceIn(lines: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  lines.forEach((line, place) => {
    if (places.has(line)) repeated.add(line);
    else places.set(line, place);
  });
  for (const line of repeated) places.delete(line);
  return places;
}

function commonHead(before: string, after: string): number {
  const most = Math.min(before.length, after.length);
  let length = 0;
  while (length < most && before.charCodeAt(length) === after.charCodeAt(length)) length += 1;
  return length > 0 && isHighSurrogate(before, length - 1) ? length - 1 : length;
}

function commonTail(before: string, after: string, head: number): number {
  const most = Math.min(before.length, after.length) - head;
  let length = 0;
  while (
    length < most &&
    before.charCodeAt(before.length - 1 - length) === after.charCodeAt(after.length - 1 - length)
  )
    length += 1;
  return length > 0 && isLowSurrogate(before, before.length - length) ? length - 1 : length;
}

const isHighSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800;
const isLowSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/** Neighbours that touch become one. */
function joined(hunks: readonly Hunk[]): Hunk[] {
  const result: Hunk[] = [];
  for (const hunk of hunks) {
    const last = result.at(-1);
    if (last?.end === hunk.start) {
      result[result.length - 1] = { start: last.start, end: hunk.end, text: last.text + hunk.text };
    } else result.push(hunk);
  }
  return result;
}
