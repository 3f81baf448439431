import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { CellPlace } from './people.ts';
import type { DocumentPlace, ScrollPlace } from './document-people.ts';

/** Pixels below the notebook's upper edge: a cell that shows less than this counts as gone. */
const EDGE = 8;
/** Each change is sent to everybody: who has selected all of a long notebook shows as much of it. */
const MOST_SELECTED = 100;

/** Where this page is in a notebook. */
export function placeInNotebook(notebook: Notebook, now: number): DocumentPlace {
  const cell = notebook.activeCell?.model.id ?? null;
  const all = notebook.selectedCells.map(({ model }) => model.id);
  const selected = all.filter((id) => id !== cell).slice(0, MOST_SELECTED);
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
  const cell = cellBelow(notebook, edge) ?? notebook.widgets.at(-1);
  if (cell === undefined) return null;
  const box = cell.node.getBoundingClientRect();
  const part = box.height === 0 ? 0 : (edge.top - box.top) / box.height;
  return { cell: cell.model.id, part: Math.min(1, Math.max(0, part)) };
}

/** Asks the browser what is there, instead of each of perhaps thousands of cells. Null at the end of a notebook. */
function cellBelow(notebook: Notebook, { left, top, width }: DOMRect): Cell | null {
  // There is a gap between two cells.
  for (const below of [EDGE, 3 * EDGE]) {
    const found = document.elementFromPoint(left + width / 2, top + below)?.closest('.jp-Notebook-cell');
    const cell = notebook.widgets.find(({ node }) => node === found);
    if (cell !== undefined) return cell;
  }
  return null;
}
