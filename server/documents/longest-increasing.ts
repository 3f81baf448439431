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
