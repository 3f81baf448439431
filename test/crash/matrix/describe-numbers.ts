/** Short, for people: `1-40, 42-80`. */
export function describe(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.length === 0 ? 'no lines' : `lines ${runs.map(([from, to]) => `${from}-${to}`).join(', ')}`;
}
