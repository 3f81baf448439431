import type { CellRun } from '../../server/notebook-outputs/cell-run.ts';
import type { JsonObject, NotebookJson } from '../../server/notebook-outputs/notebook-json.ts';

export const streamOutput = (text: string): JsonObject => ({ output_type: 'stream', name: 'stdout', text });

/** A run that is done, of a cell called `a`, that printed its own id. */
export function cellRun(properties: Partial<CellRun> = {}): CellRun {
  const { cellId = 'a', id = `run-${cellId}` } = properties;
  return {
    id,
    cellId,
    code: `print("${cellId}")`,
    kernelId: 'kernel',
    session: 'session',
    queuedAt: 1000,
    revision: 5,
    foldedRevision: 0,
    outputs: [streamOutput(`${id}\n`)],
    executionCount: 1,
    timing: null,
    ...properties,
  };
}

export function codeCell(id: string | null, properties: JsonObject = {}): JsonObject {
  return {
    ...(id === null ? {} : { id }),
    cell_type: 'code',
    execution_count: null,
    metadata: {},
    outputs: [],
    source: `print("${id ?? ''}")`,
    ...properties,
  };
}

export function notebookOf(cells: readonly JsonObject[], minor = 5): NotebookJson {
  return { cells: [...cells], metadata: {}, nbformat: 4, nbformat_minor: minor };
}
