import { isDeepStrictEqual } from 'node:util';
import { RAN_ON_KEY } from '../wire/ran-on.ts';
import type { CellResult } from './cell-run.ts';
import { isJsonObject, type JsonObject } from './notebook-json.ts';

/**
 * A code cell with what its run has put into it, in the place of all that it showed before; the same object where that
 * makes no difference. Its outputs are trusted, for they were made here. Other cells stay as they are.
 */
export function showResult(cell: JsonObject, result: CellResult): JsonObject {
  if (cell['cell_type'] !== 'code' || !isJsonObject(cell['metadata'])) return cell;
  if (showsResult(cell, result)) return cell;
  // JupyterLab takes the times of an earlier run away when a cell is run, whether or not it records new ones.
  const metadata: JsonObject = { ...cell['metadata'], execution: result.timing, trusted: true };
  if (result.timing === null) delete metadata['execution'];
  delete metadata[RAN_ON_KEY];
  if (result.ranOn) metadata[RAN_ON_KEY] = result.ranOn;
  return {
    ...cell,
    execution_count: result.executionCount,
    metadata,
    outputs: result.outputs,
  };
}

/** Whether a code cell has these outputs, this count and these times. */
export function showsResult(cell: JsonObject, result: CellResult): boolean {
  const { outputs, executionCount, timing, ranOn = null } = result;
  const { metadata, execution_count: count = null } = cell;
  return (
    count === executionCount &&
    isDeepStrictEqual(cell['outputs'], outputs) &&
    isJsonObject(metadata) &&
    isDeepStrictEqual(metadata['execution'] ?? null, timing) &&
    isDeepStrictEqual(metadata[RAN_ON_KEY] ?? null, ranOn)
  );
}
