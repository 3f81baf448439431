import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import type { TaskCell } from './notebook-task.ts';

const RUNS = '/api/in-the-loop/v1/runs';
export const NOTEBOOK = 'task.ipynb';

export interface SavedCell {
  readonly id: string;
  readonly cell_type: 'code' | 'markdown' | 'raw';
  readonly source: string;
  readonly outputs?: readonly object[];
}

/** Before the server is asked for it. @param files beside it: their text by name */
export function writeNotebook(
  root: string,
  cells: readonly TaskCell[],
  files: Readonly<Record<string, string>> = {},
): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  writeFileSync(join(root, NOTEBOOK), JSON.stringify(notebookOf(cells), null, 1));
}

/** As nbformat has it, for Python. */
export function notebookOf(cells: readonly TaskCell[]): object {
  const kernelspec = { name: 'python3', display_name: 'Python 3 (ipykernel)', language: 'python' };
  return {
    ...{ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec } },
    cells: cells.map(({ id, type, source }) => ({
      ...{ id, cell_type: type, source, metadata: {} },
      ...(type === 'code' && { outputs: [], execution_count: null }),
    })),
  };
}

/** As a person would read it now. */
export async function savedCells(server: JupyterServerProcess): Promise<readonly SavedCell[]> {
  const answer = await sendOk(server, { path: `/api/contents/${NOTEBOOK}?content=1` });
  const { content } = answer.json<{ content: { cells: SavedCell[] } }>();
  return content.cells;
}

/** Runs cells one after the other, until one fails. */
export async function runAsPerson(server: JupyterServerProcess, cells: readonly string[]): Promise<void> {
  if (cells.length === 0) return;
  const body = { path: NOTEBOOK, cells };
  const asked = await sendOk(server, { method: 'POST', path: RUNS, body });
  const { request_id: id } = asked.json<{ request_id: string }>();
  for (;;) {
    const answer = await sendOk(server, { path: `${RUNS}?request_id=${id}` });
    const { runs } = answer.json<{ runs: { status: string }[] }>();
    if (runs.every(({ status }) => status !== 'queued' && status !== 'running')) return;
    await sleep(50);
  }
}
