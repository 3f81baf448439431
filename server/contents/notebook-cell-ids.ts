import { createHash } from 'node:crypto';
import type { JsonObject } from './json-object.ts';
import { isJsonObject } from './json-object.ts';

/**
 * Gives every cell an id of its own where the format has them (4.5 and later), as nbformat does. nbformat draws them
 * at random; ours follow from the cell's place and source, so that two readings of one file name its cells alike.
 */
export function withCellIds(cells: readonly unknown[], nbformatMinor: number): readonly unknown[] {
  if (!(nbformatMinor >= 5)) return cells; // Also where it is no number at all.
  const seen = new Set<unknown>();
  return cells.map((cell, index) => {
    if (!isJsonObject(cell)) return cell;
    let id = cell['id'];
    for (let attempt = 0; id === undefined || seen.has(id); attempt += 1)
      id = derivedId(cell, index, attempt);
    seen.add(id);
    return id === cell['id'] ? cell : { ...cell, id };
  });
}

function derivedId(cell: JsonObject, index: number, attempt: number): string {
  const source = JSON.stringify([index, attempt, cell['cell_type'], cell['source']]);
  return createHash('sha256').update(source).digest('hex').slice(0, 8);
}
