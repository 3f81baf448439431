/** The longest rising part of a list of different numbers: what need not be moved. */
export function longestRising(places: readonly number[]): ReadonlySet<number> {
  /** By length, the smallest last number of a rising part, as an index into `places`. */
  const ends: number[] = [];
  const previous = new Map<number, number>();
  places.forEach((place, index) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[ends[middle] ?? 0] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    const beforeIt = ends[low - 1];
    if (beforeIt !== undefined) previous.set(index, beforeIt);
    ends[low] = index;
  });
  const rising = new Set<number>();
  for (let index = ends.at(-1); index !== undefined; index = previous.get(index))
    rising.add(places[index] ?? -1);
  return rising;
}
