import type { Hunk } from './character-hunks.ts';
import { characterHunks } from './character-hunks.ts';
import { withHunks } from './text-hunks.ts';

/** Two insertions into one place that share less have it by chance. */
export const LEAST_SHARED = 8;
/** What is longer is a paragraph: two of them would be worse than two words side by side. */
const LONGEST_DOUBLED = 200;

export interface MergedLine {
  /** One; or, where both sides have put something else in one place, ours and theirs. */
  readonly lines: readonly string[];
  readonly conflicts: boolean;
}

/** One line that both sides have changed, character by character. */
export function mergeLine(base: string, ours: string, theirs: string): MergedLine {
  if (theirs === base || ours === theirs) return { lines: [ours], conflicts: false };
  if (ours === base) return { lines: [theirs], conflicts: false };
  const ourHunks = characterHunks(base, ours);
  const theirHunks = characterHunks(base, theirs);
  const merged = theirHunks.map((hunk) => mergeHunk(hunk, ourHunks));
  const conflicts = merged.some((hunk) => hunk.conflicts);
  const arePut = theirHunks.some((hunk) =>
    ourHunks.some(
      (each) => meets(each, hunk) && each.text !== '' && hunk.text !== '' && disagree(each, hunk),
    ),
  );
  if (arePut && Math.max(ours.length, theirs.length) <= LONGEST_DOUBLED)
    return { lines: [ours, theirs], conflicts };
  return { lines: [withHunks(ours, inOrder(merged.flatMap(({ edits }) => edits)))], conflicts };
}

/** What a change of theirs comes to in our text. */
function mergeHunk(
  theirs: Hunk,
  ourHunks: readonly Hunk[],
): { readonly edits: readonly Hunk[]; readonly conflicts: boolean } {
  const { start, end } = theirs;
  const met = ourHunks.filter((ours) => meets(ours, theirs));
  if (met.some((ours) => ours.start === start && ours.end === end && ours.text === theirs.text)) {
    return { edits: [], conflicts: false };
  }
  const edits: Hunk[] = [];
  const [at, text] = insertion(theirs, met, ourHunks);
  if (text !== '') edits.push({ start: at, end: at, text });
  // What is left of that which theirs deleted: ours may have deleted some of it, or put something into it.
  let position = start;
  for (const ours of [...met, { start: end, end, text: '' }]) {
    const until = Math.min(ours.start, end);
    if (position < until) {
      const from = inOurs(position, ourHunks);
      edits.push({ start: from, end: from + until - position, text: '' });
    }
    position = Math.max(position, ours.end);
  }
  return { edits, conflicts: met.some((ours) => disagree(ours, theirs)) };
}

/** Where theirs' new text goes, and what of it is not there yet. */
function insertion(
  theirs: Hunk,
  met: readonly Hunk[],
  ourHunks: readonly Hunk[],
): readonly [at: number, text: string] {
  const { start, end, text } = theirs;
  const beside = met.find(
    (ours) =>
      ours.start <= start &&
      (start < ours.end ? ours.start < start || start < end : ours.end === ours.start && start === end),
  );
  if (beside === undefined) return [inOurs(start, ourHunks), text];
  const at = inOurs(beside.start, ourHunks, beside) + beside.text.length;
  // One side may have gone on from what the other has, where the base is older than both.
  if (text.length >= LEAST_SHARED && beside.text.startsWith(text)) return [at, ''];
  const goesOn = beside.text.length >= LEAST_SHARED && text.startsWith(beside.text);
  return [at, goesOn ? text.slice(beside.text.length) : text];
}

/** Where a place of the base is in our text: behind what we have put there, but before what stands for `until`. */
function inOurs(place: number, ourHunks: readonly Hunk[], until?: Hunk): number {
  let position = place;
  for (const ours of ourHunks) {
    if (ours === until || ours.end > place) break;
    position += ours.text.length - (ours.end - ours.start);
  }
  return position;
}

/** Whether they overlap, or both insert at one place. */
function meets(ours: Hunk, theirs: Hunk): boolean {
  if (ours.start === ours.end && theirs.start === theirs.end) return ours.start === theirs.start;
  if (ours.start === ours.end) return theirs.start < ours.start && ours.start < theirs.end;
  if (theirs.start === theirs.end) return ours.start < theirs.start && theirs.start < ours.end;
  return Math.max(ours.start, theirs.start) < Math.min(ours.end, theirs.end);
}

/** Not where both only delete, nor where one's new text is the beginning of the other's. */
function disagree(ours: Hunk, theirs: Hunk): boolean {
  if (ours.text === '' && theirs.text === '') return false;
  const isSamePlace = ours.start === theirs.start && ours.end === theirs.end;
  const shared = Math.min(ours.text.length, theirs.text.length);
  const isOneOfBoth = ours.text.startsWith(theirs.text) || theirs.text.startsWith(ours.text);
  return !(isSamePlace && isOneOfBoth && shared >= LEAST_SHARED);
}

/** As hunks that do not overlap: what is inserted at one place comes before what is deleted there. */
function inOrder(edits: readonly Hunk[]): Hunk[] {
  const sorted = [...edits].sort((one, other) => one.start - other.start);
  const result: Hunk[] = [];
  for (const edit of sorted) {
    const last = result.at(-1);
    if (last?.start === edit.start) {
      const text = last.text + edit.text;
      result[result.length - 1] = { start: edit.start, end: Math.max(last.end, edit.end), text };
    } else result.push(edit);
  }
  return result;
}
