import type { KnownVersion } from './history-sources.ts';

/** In milliseconds: who pauses for so long begins something new. */
const PAUSE = 5 * 60_000;
/** In milliseconds: nobody looks for what they had in one group of more than that. */
const LONGEST = 15 * 60_000;

/**
 * Versions that people see as one: a document that is typed into is saved every few seconds. What another program wrote
 * stands alone.
 * @param versions oldest first
 * @returns newest group first, and in each its newest version first
 */
export function groupVersions(versions: readonly KnownVersion[]): KnownVersion[][] {
  const groups: KnownVersion[][] = [];
  for (const version of versions) {
    const group = groups.at(-1);
    const newest = group?.[0];
    const oldest = group?.at(-1);
    const isOneWith =
      newest !== undefined &&
      oldest !== undefined &&
      newest.actor !== null &&
      version.actor !== null &&
      version.time - newest.time <= PAUSE &&
      version.time - oldest.time <= LONGEST;
    if (isOneWith) group?.unshift(version);
    else groups.push([version]);
  }
  return groups.reverse();
}
