import { linesOf, blocksBetween } from './line-blocks.ts';
import { changedLines } from './match-lines.ts';
import { LEAST_SHARED, mergeLine } from './merge-line.ts';

export interface MergedText {
  readonly text: string;
  /** Both sides have changed the same place: what both put there is in it. */
  readonly conflicts: boolean;
}

/** What one side has made of the lines of the base. */
interface Side {
  /** Of each line what it is now; null: it is gone. */
  readonly now: readonly (string | null)[];
  /** Before each line, and behind the last: new lines. */
  readonly added: readonly (readonly string[])[];
  /** Likewise lines in the place of those that are gone from there on. */
  readonly instead: readonly (readonly string[])[];
}

/**
 * Two texts that have come from one, as one: line by line, and character by character in lines that both have changed. What
 * one side has deleted is gone, what one side has inserted is there once; where both have put the same into one place, it is
 * there once, too. A line that one side has deleted and the other changed stays whole, as it was changed.
 */
export function mergeText(base: string, ours: string, theirs: string): MergedText {
  if (theirs === base || ours === theirs) return { text: ours, conflicts: false };
  if (ours === base) return { text: theirs, conflicts: false };
  const lines = wholeLines(base);
  const [our, their] = [sideOf(lines, ours), sideOf(lines, theirs)];
  const merged: string[] = [];
  let conflicts = false;
  for (let at = 0; at <= lines.length; at += 1) {
    const added = mergeAdded(our, their, at);
    merged.push(...added.lines);
    const line = mergeNow(lines[at] ?? null, our.now[at] ?? null, their.now[at] ?? null);
    merged.push(...line.lines);
    conflicts ||= added.conflicts || line.conflicts;
  }
  const text = merged.join('');
  return { text: isEnded(base, ours, theirs) ? text : text.replace(/\n$/, ''), conflicts };
}

/**
 * The lines that two texts have in common, for those whose origin nobody knows, as theirs has them: what ours has elsewhere
 * was moved. What is only alike may be two lines.
 */
export function commonText(ours: string, theirs: string): string {
  const left = new Map<string, number>();
  for (const line of wholeLines(ours)) left.set(line, (left.get(line) ?? 0) + 1);
  const common = wholeLines(theirs).filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count > 0;
  });
  return common.join('');
}

/** The last one, too, has its end. */
function wholeLines(text: string): string[] {
  return linesOf(text === '' || text.endsWith('\n') ? text : `${text}\n`);
}

/** Whether the last line has its end. A text without lines has nothing to say. */
function isEnded(base: string, ours: string, theirs: string): boolean {
  const [before, our, their] = [base, ours, theirs].map((text) => (text === '' ? null : text.endsWith('\n')));
  return (our === before || our === null ? (their ?? our) : our) ?? true;
}

function sideOf(base: readonly string[], text: string): Side {
  const lines = wholeLines(text);
  const now: (string | null)[] = [...base];
  const added: string[][] = [...base, ''].map(() => []);
  const instead: string[][] = [...base, ''].map(() => []);
  for (const block of blocksBetween(base, lines)) {
    let { start, from } = block;
    for (const [line, other] of [...changedLines(base, lines, block), [block.end, block.to] as const]) {
      (start < line ? instead : added)[start]!.push(...lines.slice(from, other));
      now.fill(null, start, line);
      if (line < block.end) now[line] = lines[other]!;
      [start, from] = [line + 1, other + 1];
    }
  }
  return { now, added, instead };
}

/** What both have put before a line of the base, or in its place. */
function mergeAdded(our: Side, their: Side, at: number): { lines: readonly string[]; conflicts: boolean } {
  const [ourAdded, theirAdded] = [our.added[at]!, their.added[at]!];
  const [ourInstead, theirInstead] = [our.instead[at]!, their.instead[at]!];
  const ours = [...ourAdded, ...ourInstead];
  const theirs = [...theirAdded, ...theirInstead];
  const isIntoDeleted =
    (theirAdded.length > 0 && isWithinDeleted(our, at)) ||
    (ourAdded.length > 0 && isWithinDeleted(their, at));
  const isOneDeleted =
    (theirInstead.length > 0 && our.now[at] === null) || (ourInstead.length > 0 && their.now[at] === null);
  if (ours.length === 0 || theirs.length === 0)
    return { lines: [...ours, ...theirs], conflicts: isIntoDeleted || isOneDeleted };
  const united = unite(ours, theirs);
  if (united !== null) return { lines: united, conflicts: false };
  const isSamePlace =
    (ourAdded.length > 0 && theirAdded.length > 0) || (ourInstead.length > 0 && theirInstead.length > 0);
  const [shared, ourRest] = sharedHead(ours, theirs);
  const conflicts = isSamePlace || isIntoDeleted || isOneDeleted;
  return shared.length > 0
    ? { lines: [...shared, ...ourRest, ...theirs.slice(shared.length)], conflicts: true }
    : { lines: [...ourAdded, ...theirAdded, ...ourInstead, ...theirInstead], conflicts };
}

const isWithinDeleted = ({ now }: Side, at: number): boolean =>
  at > 0 && at < now.length && now[at - 1] === null && now[at] === null;

/**
 * One side may have gone on from what the other has, where the base is older than both.
 * @returns the one that has all of the other; null if neither has
 */
function unite(ours: readonly string[], theirs: readonly string[]): readonly string[] | null {
  const [our, their] = [ours.join(''), theirs.join('')];
  if (our === their || holds(ours, theirs)) return ours;
  return holds(theirs, ours) ? theirs : null;
}

/** Whether all of the other's lines are there, side by side; the last of them may have been typed on. */
function holds(lines: readonly string[], others: readonly string[]): boolean {
  const text = others.join('').replace(/\n$/, '');
  if (text.length < LEAST_SHARED) return false;
  return lines.some((_, at) => lines.slice(at).join('').startsWith(text));
}

function sharedHead(
  ours: readonly string[],
  theirs: readonly string[],
): readonly [shared: readonly string[], rest: readonly string[]] {
  let count = 0;
  while (count < ours.length && ours[count] === theirs[count]) count += 1;
  if (ours.slice(0, count).join('').length < LEAST_SHARED) count = 0;
  return [ours.slice(0, count), ours.slice(count)];
}

function mergeNow(
  base: string | null,
  ours: string | null,
  theirs: string | null,
): { readonly lines: readonly string[]; readonly conflicts: boolean } {
  if (base === null || (ours === null && theirs === null)) return { lines: [], conflicts: false };
  if (ours !== null && theirs !== null) return mergeLine(base, ours, theirs);
  const changed = ours ?? theirs;
  return changed === base ? { lines: [], conflicts: false } : { lines: [changed!], conflicts: true };
}
