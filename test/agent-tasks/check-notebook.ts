import { stripVTControlCharacters } from 'node:util';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import type { Execution } from '../servers/kernel-socket.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import type { SavedCell } from './notebook-at-work.ts';
import { NOTEBOOK } from './notebook-at-work.ts';
import type { NotebookTask } from './notebook-task.ts';

/** In milliseconds, for one cell. */
const CELL_LIMIT = 60_000;
/** Figures stay, so that a check can look at what was drawn. */
const KEEP_FIGURES = '%matplotlib inline\n%config InlineBackend.close_figures = False';

/** Runs what an agent left in a fresh kernel and looks at the results. Answers what is wrong; null if nothing is. */
export async function checkNotebook(
  server: JupyterServerProcess,
  task: NotebookTask,
  cells: readonly SavedCell[],
  answer: string,
): Promise<string | null> {
  if (task.leavesNotebook === true && !isSame(task, cells)) return 'The notebook was changed.';
  const body = { name: 'python3', path: NOTEBOOK };
  const started = await sendOk(server, { method: 'POST', path: '/api/kernels', body });
  const { id } = started.json<{ id: string }>();
  const kernel = await KernelSocket.open(server, id);
  try {
    if (task.kind === 'plot') await kernel.execute(KEEP_FIGURES, CELL_LIMIT);
    const ran: object[] = [];
    for (const cell of cells) {
      const { id: cellId, cell_type: type, source, outputs: saved = [] } = cell;
      const seen = { id: cellId, type, source, text: '', data: {}, saved };
      if (type !== 'code') {
        ran.push(seen);
        continue;
      }
      const execution = await kernel.execute(source, CELL_LIMIT);
      const failure = failureOf(execution);
      if (failure !== null) return `The cell ${cellId} fails: ${failure}`;
      ran.push({ ...seen, ...shownBy(execution) });
    }
    return failureOf(await kernel.execute(checking(task.check, [ran, answer]), CELL_LIMIT));
  } finally {
    await kernel.close();
    await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
  }
}

function isSame(task: NotebookTask, cells: readonly SavedCell[]): boolean {
  const now = cells.map(({ id, cell_type: type, source }) => ({ id, type, source }));
  return JSON.stringify(now) === JSON.stringify(task.cells);
}

/** A function, so that the names of the check hide none of the notebook's. */
function checking(check: string, given: readonly unknown[]): string {
  const text = JSON.stringify(JSON.stringify(given));
  return [
    'def _check(cells, answer):',
    '    import sys',
    '    pyplot = sys.modules.get("matplotlib.pyplot")',
    '    figures = [pyplot.figure(number) for number in pyplot.get_fignums()] if pyplot else []',
    ...check.split('\n').map((line) => `    ${line}`),
    `_check(*__import__("json").loads(${text}))`,
  ].join('\n');
}

function failureOf({ reply }: Execution): string | null {
  const { status, ename, evalue, traceback } = reply.content;
  if (status === 'ok') return null;
  const lines = stripVTControlCharacters(((traceback ?? []) as string[]).join('\n')).split('\n');
  const at = lines.findLast((line) => /^-+> *\d+/.test(line))?.replace(/^-+> *\d+ */, '') ?? '';
  return `${String(ename)}: ${String(evalue)}${at === '' ? '' : ` (${at.trim()})`}`.slice(0, 400);
}

function shownBy({ text, iopub }: Execution): { readonly text: string; readonly data: object } {
  const bundles = iopub
    .filter(({ header }) => header.msg_type === 'execute_result' || header.msg_type === 'display_data')
    .map(({ content }) => content['data'] as Record<string, string>);
  const data = Object.fromEntries(bundles.flatMap((bundle) => Object.entries(bundle)));
  return { text: [text, ...bundles.map((bundle) => bundle['text/plain'] ?? '')].join('\n'), data };
}
