import type * as Y from 'yjs';
import type { Hunk } from './character-hunks.ts';
import { hunksBetween } from './text-hunks.ts';
import type { SplitText } from './text-items.ts';

/** Puts runs of text into another text than the one they were typed into, at the same places as far as it has them. */
export function placeRuns(target: Y.Text, { context, runs }: Pick<SplitText, 'context' | 'runs'>): void {
  if (runs.length === 0) return;
  const hunks = hunksBetween(context, target.toJSON());
  for (const { at, text } of runs.toReversed()) target.insert(placeAfter(at, hunks), text);
}

/** Where a place of the text before is in the one after. */
function placeAfter(at: number, hunks: readonly Hunk[]): number {
  let place = at;
  for (const { start, end, text } of hunks) {
    if (start >= at) break;
    // Within what is another now, it is behind that.
    place += text.length - (Math.min(end, at) - start);
  }
  return place;
}
