import { z } from 'zod';

const notebookSchema = z.object({
  cells: z.array(z.looseObject({ id: z.string().optional(), source: z.unknown() })),
});

/** The cells' sources by their ids, by their places where they have none; null for what is no notebook. */
export function cellsOf(bytes: Uint8Array): ReadonlyMap<string, string> | null {
  try {
    const { cells } = notebookSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return new Map(cells.map(({ id, source }, place) => [id ?? `#${place}`, JSON.stringify(source)]));
  } catch {
    return null; // Another program may have written anything into it.
  }
}

/** How many cells were added, removed, or have another source. */
export function changedCells(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): number {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).length;
}
