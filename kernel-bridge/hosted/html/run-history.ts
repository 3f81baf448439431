import type { PreparedCell } from './prepared-cell.ts';
import type { RunWords } from './run-words.ts';
import { runWords } from './run-words.ts';

/** Code units of JSON: what one display may carry of cells before it, and what is remembered at all. */
const MOST_BEFORE = 512 * 1024;
const MOST_REMEMBERED = 8 * 1024 * 1024;

interface Remembered {
  readonly cell: PreparedCell;
  readonly words: RunWords;
  readonly size: number;
}

export type Before =
  | { readonly kind: 'runs'; readonly runs: readonly PreparedCell[] }
  /** @property size in code units */
  | { readonly kind: 'too-long'; readonly size: number; readonly most: number };

/** What ran in a realm, for displays that have to run it again. */
export class RunHistory {
  readonly #runs: Remembered[] = [];
  readonly #mostBefore: number;
  readonly #mostRemembered: number;
  #size = 0;
  /** Something is forgotten that any later cell may need. */
  #isCut = false;

  constructor(limits: { readonly before?: number; readonly remembered?: number } = {}) {
    this.#mostBefore = limits.before ?? MOST_BEFORE;
    this.#mostRemembered = limits.remembered ?? MOST_REMEMBERED;
  }

  /** What cells have declared. */
  names(): string[] {
    return this.#runs.flatMap(({ cell }) =>
      cell.scripts.flatMap((script) => (script.kind === 'code' ? script.names : [])),
    );
  }

  add(cell: PreparedCell): void {
    const isReplaced = ({ cell: { cellId, scripts } }: Remembered): boolean =>
      cellId !== null && cellId === cell.cellId && scripts.length === 0;
    // Nothing is left of what only showed something, once its cell shows something else.
    const replaced = this.#runs.findIndex(isReplaced);
    if (replaced >= 0) this.#size -= this.#runs.splice(replaced, 1)[0]?.size ?? 0;
    const size = JSON.stringify(cell).length;
    if (this.#size + size > this.#mostRemembered) {
      this.#isCut = true;
      return;
    }
    this.#size += size;
    this.#runs.push({ cell, words: runWords(cell), size });
  }

  /** Those before a cell that it may need, in their order: that share a name with it, with such a one, or concern all. */
  before(cell: PreparedCell): Before {
    if (this.#isCut) return { kind: 'too-long', size: this.#mostRemembered, most: this.#mostRemembered };
    const known = new Set(this.#runs.flatMap(({ words }) => [...words.defines]));
    const wanted = new Set<string>();
    const want = ({ defines, mentions }: RunWords): void => {
      for (const names of [defines, mentions])
        for (const name of names) if (known.has(name)) wanted.add(name);
    };
    want(runWords(cell));
    const needed = new Set<Remembered>();
    let isComplete = false;
    while (!isComplete) {
      isComplete = true;
      for (const run of this.#runs) {
        if (needed.has(run) || !(run.words.isGlobal || isTied(run.words, wanted))) continue;
        needed.add(run);
        want(run.words);
        isComplete = false;
      }
    }
    const runs = this.#runs.filter(
      (run) =>
        needed.has(run) &&
        !(cell.cellId !== null && run.cell.cellId === cell.cellId && run.cell.scripts.length === 0),
    );
    const size = runs.reduce((sum, run) => sum + run.size, 0);
    if (size > this.#mostBefore) return { kind: 'too-long', size, most: this.#mostBefore };
    return { kind: 'runs', runs: runs.map((run) => run.cell) };
  }
}

function isTied({ defines, mentions }: RunWords, wanted: ReadonlySet<string>): boolean {
  for (const name of wanted) if (defines.has(name) || mentions.has(name)) return true;
  return false;
}
