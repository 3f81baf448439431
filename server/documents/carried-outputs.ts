import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import { canonicalJson } from './canonical-json.ts';
import { valueBefore } from './changed-cells.ts';
import type { OutputJson } from './shared-output.ts';
import type { SharedCell } from './write-result.ts';

/** So many outputs of cells that were removed are remembered: what was cut may be pasted, and what was deleted undone. */
const REMEMBERED = 10_000;

/**
 * Which outputs a page may carry along with a cell (I2): those that a cell of a notebook has that is open here, or had
 * when it was removed. @jupyter/ydoc moves a cell by deleting it and inserting a copy with its outputs.
 */
export class CarriedOutputs {
  readonly #notebooks: () => Iterable<Y.Doc>;
  /** Digests, the oldest first. */
  readonly #removed = new Set<string>();

  /** @param notebooks those that are open */
  constructor(notebooks: () => Iterable<Y.Doc>) {
    this.#notebooks = notebooks;
  }

  /** Cells that a transaction has removed, which is not cleaned up yet. */
  removed(transaction: Y.Transaction, cells: readonly SharedCell[]): void {
    for (const cell of cells) {
      const { outputs } = valueBefore(transaction, cell) as { readonly outputs?: unknown };
      if (Array.isArray(outputs)) for (const output of outputs) this.#remember(digestOf(output));
    }
  }

  /** Whether a cell may come with all these outputs. */
  has(cell: SharedCell, outputs: readonly OutputJson[]): boolean {
    let missing = outputs.filter((output) => !this.#removed.has(digestOf(output)));
    for (const ydoc of this.#notebooks()) {
      if (missing.length === 0) return true;
      const wanted = Map.groupBy(missing, sizeOf);
      const found = new Set<OutputJson>();
      for (const other of ydoc.getArray<SharedCell>('cells'))
        if (other !== cell) findIn(other, wanted, found);
      missing = missing.filter((output) => !found.has(output));
    }
    return missing.length === 0;
  }

  #remember(digest: string): void {
    this.#removed.delete(digest);
    this.#removed.add(digest);
    if (this.#removed.size <= REMEMBERED) return;
    const [oldest] = this.#removed;
    if (oldest !== undefined) this.#removed.delete(oldest);
  }
}

function findIn(
  cell: SharedCell,
  wanted: ReadonlyMap<number, readonly OutputJson[]>,
  found: Set<OutputJson>,
): void {
  const present = cell.get('outputs');
  if (!(present instanceof Y.Array)) return;
  for (const output of present as Y.Array<unknown>) {
    if (!(output instanceof Y.Map)) continue;
    const alike = wanted.get(sizeOf(Object.fromEntries(output.entries())));
    if (alike === undefined) continue;
    const json: unknown = output.toJSON();
    for (const each of alike) if (isDeepStrictEqual(each, json)) found.add(each);
  }
}

/** What outputs that are the same have in common, without reading them. */
function sizeOf({ text, data }: Readonly<Record<string, unknown>>): number {
  if (text instanceof Y.Text || typeof text === 'string') return text.length;
  if (typeof data !== 'object' || data === null) return -1;
  const lengths = Object.values(data).map((value) => (typeof value === 'string' ? value.length : 0));
  return lengths.reduce((sum, length) => sum + length, 0);
}

function digestOf(output: unknown): string {
  return hash('sha256', canonicalJson(output), 'base64');
}
