import { BROWSER_PLACE } from '../wire/browser-runtime.ts';

/** The id of the server's own machine, which no other place may have. */
export const THIS_MACHINE = 'this-machine';

const ID = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const LONGEST = 32;

/** It becomes part of kernelspecs' names, of folders and of URLs. */
export function isPlaceId(id: string): boolean {
  return ID.test(id) && id !== THIS_MACHINE && id !== BROWSER_PLACE;
}

/** An id made of what people call a place: `The Cluster` is `the-cluster`, or `the-cluster-2` where that is taken. */
export function placeIdOf(title: string, isTaken: (id: string) => boolean): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  const base =
    words
      .slice(0, LONGEST - 4)
      .trim()
      .replaceAll(' ', '-') || 'place';
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (isPlaceId(id) && !isTaken(id)) return id;
  }
}
