import type { NotebookPanel } from '@jupyterlab/notebook';

/** Milliseconds for which a cell is held in view while plots and tables above it take their place. */
const SETTLES_WITHIN = 2_500;
/** A notebook that is not there by then is not waited for: its cell is gone, or its server is. */
const PATIENCE = 60_000;
const ACTS = ['pointerdown', 'wheel', 'keydown', 'touchstart'] as const;

/**
 * Selects a cell and scrolls to it, as soon as it is there. Ends early if the person does something else meanwhile.
 * @returns whether there is such a cell
 */
export async function goToCell(panel: NotebookPanel, id: string): Promise<boolean> {
  const ended = new AbortController();
  const { signal } = ended;
  for (const act of ACTS)
    document.addEventListener(act, () => ended.abort(), { signal, capture: true, passive: true });
  panel.disposed.connect(() => ended.abort());
  try {
    await panel.context.ready;
    const index = await cellArrives(panel, id, signal);
    if (index === null) return signal.aborted;
    const notebook = panel.content;
    notebook.mode = 'command';
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index, 'center');
    await heldInView(panel, id, signal);
    return true;
  } finally {
    ended.abort();
  }
}

/** A shared notebook may be shown before all of it has come. */
function cellArrives(panel: NotebookPanel, id: string, signal: AbortSignal): Promise<number | null> {
  const notebook = panel.content;
  const find = (): number | null => {
    const index = notebook.widgets.findIndex(({ model }) => model.id === id);
    return index < 0 ? null : index;
  };
  const now = find();
  if (now !== null || signal.aborted) return Promise.resolve(now);
  return new Promise((resolve) => {
    const end = (index: number | null): void => {
      clearTimeout(timer);
      if (!notebook.isDisposed) notebook.modelContentChanged.disconnect(look);
      resolve(index);
    };
    const look = (): void => {
      const index = find();
      if (index !== null) end(index);
    };
    const timer = setTimeout(() => end(null), PATIENCE);
    notebook.modelContentChanged.connect(look);
    signal.addEventListener('abort', () => end(null));
  });
}

function heldInView({ content: notebook }: NotebookPanel, id: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const hold = (): void => {
      const index = notebook.widgets.findIndex(({ model }) => model.id === id);
      // A cell that was deleted meanwhile needs no holding.
      if (index >= 0) notebook.scrollToItem(index, 'center').catch(() => {});
    };
    const resized = new ResizeObserver(hold);
    for (const child of notebook.outerNode.children) resized.observe(child);
    const end = (): void => {
      clearTimeout(timer);
      resized.disconnect();
      resolve();
    };
    const timer = setTimeout(end, SETTLES_WITHIN);
    signal.addEventListener('abort', end);
  });
}
