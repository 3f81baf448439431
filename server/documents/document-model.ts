import { YFile, YNotebook } from '@jupyter/ydoc';
import type { DocumentKind } from '../shared-document.ts';
import type { DocumentSource } from './document-files.ts';
import { fillNotebook } from './notebook-content.ts';
import { quiet } from './quiet-model.ts';
import { RemovedCells } from './removed-cells.ts';

/** A model without content, on a Yjs document of its own with a fresh clientID (I3). */
export function emptyModel(kind: DocumentKind): YNotebook | YFile {
  const model = kind.type === 'notebook' ? new YNotebook() : new YFile();
  // Awareness is the room's, and people undo in their browsers: neither is to cost timers and memory here.
  model.awareness.destroy();
  model.undoManager.destroy();
  quiet(model);
  if (model instanceof YNotebook) RemovedCells.keepIn(model.ydoc);
  return model;
}

/** Gives an empty model its first content. */
export function fill(model: YNotebook | YFile, source: DocumentSource): void {
  if (model instanceof YNotebook) {
    if (source.type !== 'notebook') throw new TypeError('A notebook is filled with a notebook.');
    fillNotebook(model.ydoc, withCell(source.notebook));
  } else {
    if (source.type !== 'file') throw new TypeError('A text file is filled with a text.');
    model.setSource(source.text);
  }
}

/** JupyterLab gives a notebook without cells one to type in, but not where it is shared: each page would. */
function withCell(notebook: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { cells } = notebook;
  return Array.isArray(cells) && cells.length === 0
    ? { ...notebook, cells: [{ cell_type: 'code', source: '', metadata: {} }] }
    : notebook;
}
