import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import type { CellRunState } from '../wire/cell-run-state.ts';
import { RAN_ON_KEY } from '../wire/ran-on.ts';
import { CELL_RUN_KEY } from '../wire/cell-run-state.ts';
import type { OutputJson } from './shared-output.ts';
import { writeOutputs } from './write-outputs.ts';

/** A cell of a shared notebook, as @jupyter/ydoc has it. */
export type SharedCell = Y.Map<unknown>;

/** What a code cell shows of its latest run. */
export interface CellResult {
  readonly outputs: readonly OutputJson[];
  readonly executionCount: number | null;
  /** The `execution` of its metadata; null: it has none. */
  readonly timing: Readonly<Record<string, string>> | null;
  /** The `in_the_loop_ran_on` of its metadata; it has none where this is null or missing. */
  readonly ranOn?: object | null;
  /** null once the run is over. */
  readonly run: CellRunState | null;
}

/**
 * Makes a cell show a result, within a transaction of the server's.
 * @param known the result that the cell is known to show
 * @param waiting its next run, which is not begun
 * @returns roughly the code units that were written; 0 for none
 */
export function writeResult(
  cell: SharedCell,
  result: CellResult,
  known: CellResult | null = null,
  waiting: CellRunState | null = null,
): number {
  const { outputs, run, executionCount, timing, ranOn = null } = result;
  // While a cell runs it has no count: JupyterLab takes one for the end of the run, and says so in the document.
  const count = run === null ? executionCount : null;
  return (
    writeOutputs(arrayIn(cell, 'outputs'), outputs, known?.outputs) +
    writeRunState(cell, run ?? waiting) +
    setIn(cell, 'execution_count', count) +
    setIn(mapIn(cell, 'metadata'), 'execution', timing) +
    setIn(mapIn(cell, 'metadata'), RAN_ON_KEY, ranOn) +
    // What was made here is shown as it is.
    (outputs.length > 0 ? setIn(mapIn(cell, 'metadata'), 'trusted', true) : 0)
  );
}

/** Shows that a cell waits or runs, or does neither, and leaves what it has put out. */
export function writeRunState(cell: SharedCell, run: CellRunState | null): number {
  const state = run === null ? null : 'running';
  const isIdle = (cell.get('execution_state') ?? 'idle') === 'idle';
  return (
    (state === null && isIdle ? 0 : setIn(cell, 'execution_state', state ?? 'idle')) +
    setIn(cell, CELL_RUN_KEY, run)
  );
}

/** With null a key goes, but that which notebooks have with null. */
function setIn(map: Y.Map<unknown>, key: string, value: unknown): number {
  if (isDeepStrictEqual(map.get(key) ?? null, value)) return 0;
  if (value === null && key !== 'execution_count') map.delete(key);
  else map.set(key, value);
  return 1;
}

function arrayIn(cell: SharedCell, key: string): Y.Array<unknown> {
  const present = cell.get(key);
  if (present instanceof Y.Array) return present as Y.Array<unknown>;
  return cell.set(key, new Y.Array<unknown>());
}

function mapIn(cell: SharedCell, key: string): Y.Map<unknown> {
  const present = cell.get(key);
  if (present instanceof Y.Map) return present as Y.Map<unknown>;
  return cell.set(key, new Y.Map<unknown>());
}
