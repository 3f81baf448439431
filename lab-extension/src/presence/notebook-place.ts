import type { Notebook } from '@jupyterlab/notebook';
import type { CellPlace } from './people.ts';
import type { DocumentPlace, ScrollPlace } from './document-people.ts';

/** Pixels below the notebook's upper edge: a cell that shows less than this counts as gone. */
const EDGE = 8;

/** Where this page is in a notebook. */
export function placeInNotebook(notebook: Notebook, now: number): DocumentPlace {
  const cell = notebook.activeCell?.model.id ?? null;
  const selected = notebook.selectedCells.map(({ model }) => model.id).filter((id) => id !== cell);
  return { cell, mode: notebook.mode, selected, top: topOf(notebook), seen: now };
}

export function activeCellPlace(notebook: Notebook): CellPlace | null {
  const id = notebook.activeCell?.model.id;
  return id === undefined ? null : { id, number: notebook.activeCellIndex + 1 };
}

/** Shows what another window has at its top. */
export async function scrollNotebookTo(notebook: Notebook, { cell, part }: ScrollPlace): Promise<void> {
  const index = notebook.widgets.findIndex(({ model }) => model.id === cell);
  const widget = notebook.widgets[index];
  if (widget === undefined) return;
  if (!widget.node.isConnected || !widget.inViewport) await notebook.scrollToItem(index, 'start');
  const scroller = notebook.outerNode;
  const box = widget.node.getBoundingClientRect();
  const distance = box.top + box.height * part - scroller.getBoundingClientRect().top;
  if (Math.abs(distance) > EDGE) scroller.scrollTop += distance;
}

function topOf(notebook: Notebook): ScrollPlace | null {
  const edge = notebook.outerNode.getBoundingClientRect();
  // One question to the browser instead of one for each of perhaps thousands of cells.
  const found = document.elementFromPoint(edge.left + edge.width / 2, edge.top + EDGE);
  const node = found?.closest('.jp-Notebook-cell');
  const cell = notebook.widgets.find((widget) => widget.node === node);
  if (cell === undefined) return null;
  const box = cell.node.getBoundingClientRect();
  const part = box.height === 0 ? 0 : (edge.top - box.top) / box.height;
  return { cell: cell.model.id, part: Math.min(1, Math.max(0, part)) };
}
