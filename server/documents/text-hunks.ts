import diff from 'fast-diff';

/** Where a text has something else than the one before it: `[start, end)` of that one is `text` now. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Up to so many characters are compared one by one; the time for that grows with their square. */
const MOST_BY_CHARACTER = 4000;

/**
 * What is different between two texts, in order, without overlaps: by lines where they are long, and by characters within.
 * No surrogate pair is cut in two.
 */
export function hunksBetween(before: string, after: string): Hunk[] {
  const hunks: Hunk[] = [];
  compare(before, after, 0, hunks);
  return joined(hunks);
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

function compare(before: string, after: string, offset: number, hunks: Hunk[]): void {
  if (before === after) return;
  const head = commonHead(before, after);
  const tail = commonTail(before, after, head);
  const [old, now] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const start = offset + head;
  if (old === '' || now === '') hunks.push({ start, end: start + old.length, text: now });
  else if (old.length + now.length <= MOST_BY_CHARACTER) compareCharacters(old, now, start, hunks);
  else compareLines(old, now, start, hunks);
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

/** Lines that are in each text once keep the texts together, as in "patience diff". */
function compareLines(before: string, after: string, offset: number, hunks: Hunk[]): void {
  const [old, now] = [linesOf(before), linesOf(after)];
  const places = onceIn(now);
  const pairs = [...onceIn(old)].flatMap(([line, place]) => {
    const other = places.get(line);
    return other === undefined ? [] : [{ place, other }];
  });
  const anchors = longestIncreasing(pairs.map(({ other }) => other)).map((index) => pairs[index]!);
  if (anchors.length === 0) {
    hunks.push({ start: offset, end: offset + before.length, text: after });
    return;
  }
  let [oldAt, nowAt] = [0, 0];
  let position = offset;
  for (const { place, other } of [...anchors, { place: old.length, other: now.length }]) {
    const oldPart = old.slice(oldAt, place).join('');
    compare(oldPart, now.slice(nowAt, other).join(''), position, hunks);
    position += oldPart.length + (old[place]?.length ?? 0);
    [oldAt, nowAt] = [place + 1, other + 1];
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
