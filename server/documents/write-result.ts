import { isDeepStrictEqual } from 'node:util';
import type { YCodeCell } from '@jupyter/ydoc';
import type * as Y from 'yjs';
import type { CellRunState } from '../wire/cell-run-state.ts';
import { CELL_RUN_KEY } from '../wire/cell-run-state.ts';
import { writeOutputs } from './write-outputs.ts';
import type { OutputJson } from './write-outputs.ts';

/** What a code cell shows of its latest run. */
export interface CellResult {
  readonly outputs: readonly OutputJson[];
  readonly executionCount: number | null;
  /** The `execution` of its metadata; null: it has none. */
  readonly timing: Readonly<Record<string, string>> | null;
  /** null once the run is over. */
  readonly run: CellRunState | null;
}

/**
 * Makes a cell show a result, within a transaction of the server's.
 * @param known the result that the cell is known to show
 * @returns roughly the code units that were written; 0 for none
 */
export function writeResult(cell: YCodeCell, result: CellResult, known: CellResult | null = null): number {
  let written = writeOutputs(cell, result.outputs, known?.outputs ?? null);
  // While a cell runs it has no count: JupyterLab takes one for the end of the run, and says so in the document.
  const count = result.run === null ? result.executionCount : null;
  written += writeRunState(cell, result.run) + setIn(cell, 'execution_count', count);
  return written + writeTiming(cell, result.timing) + trust(cell, result.outputs.length);
}

/** Shows that a cell waits or runs, or does neither, and leaves what it has put out. */
export function writeRunState(cell: YCodeCell, run: CellRunState | null): number {
  return setIn(cell, 'execution_state', run === null ? 'idle' : 'running') + setIn(cell, CELL_RUN_KEY, run);
}

function setIn({ ymodel }: YCodeCell, key: string, value: unknown): number {
  const present: unknown = ymodel.get(key);
  if (isDeepStrictEqual(present ?? ABSENT.get(key) ?? null, value)) return 0;
  if (value === null && key === CELL_RUN_KEY) ymodel.delete(key);
  else ymodel.set(key, value);
  return 1;
}

/** What a cell is without saying so. */
const ABSENT: ReadonlyMap<string, unknown> = new Map([['execution_state', 'idle']]);

function writeTiming({ ymodel }: YCodeCell, timing: CellResult['timing']): number {
  const metadata = ymodel.get('metadata') as Y.Map<unknown>;
  if (isDeepStrictEqual(metadata.get('execution') ?? null, timing)) return 0;
  if (timing === null) metadata.delete('execution');
  else metadata.set('execution', { ...timing });
  return 1;
}

/** What was made here is shown as it is. */
function trust({ ymodel }: YCodeCell, outputs: number): number {
  const metadata = ymodel.get('metadata') as Y.Map<unknown>;
  if (outputs === 0 || metadata.get('trusted') === true) return 0;
  metadata.set('trusted', true);
  return 1;
}
