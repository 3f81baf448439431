import { YFile, YNotebook } from '@jupyter/ydoc';
import type { PartialJSONObject } from '@lumino/coreutils';
import * as Y from 'yjs';
import type { ForkRecord } from './fork-record.ts';

/** What is compared and applied of a cell. Outputs are the server's (I2), and are not part of anybody's change. */
export interface ForkCell {
  readonly id: string;
  readonly cellType: 'code' | 'markdown' | 'raw';
  readonly source: string;
  readonly metadata: PartialJSONObject;
}

/** A fork, or the document that it is compared with; a text file is one nameless cell. */
export interface ForkContent {
  readonly cells: readonly ForkCell[];
  /** As a file of its own. */
  readonly file: { readonly name: string; readonly text: string };
}

/** The one cell of what is no notebook. */
export const WHOLE_FILE = '';

/** What is in a fork. Nothing else ever sees the document that is made for it. */
export function contentOfFork({ state, kind, path }: ForkRecord): ForkContent {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (kind.type === 'file') {
    const file = new YFile();
    Y.applyUpdate(file.ydoc, state);
    const text = file.getSource();
    file.dispose();
    return { cells: [wholeFile(text)], file: { name, text } };
  }
  const notebook = new YNotebook();
  Y.applyUpdate(notebook.ydoc, state);
  const content = {
    cells: cellsOf(notebook),
    // One space, as Jupyter writes it.
    file: { name, text: `${JSON.stringify(notebook.toJSON(), null, 1)}\n` },
  };
  notebook.dispose();
  return content;
}

export function cellsOf(model: unknown): ForkCell[] {
  if (model instanceof YFile) return [wholeFile(model.getSource())];
  if (!(model instanceof YNotebook)) return [];
  return model.cells.map((cell) => ({
    id: cell.id,
    cellType: cell.cell_type,
    source: cell.getSource(),
    metadata: cell.getMetadata(),
  }));
}

function wholeFile(source: string): ForkCell {
  return { id: WHOLE_FILE, cellType: 'raw', source, metadata: {} };
}
