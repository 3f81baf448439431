import { YFile, YNotebook, type ISharedDocument } from '@jupyter/ydoc';
import type { Contents } from '@jupyterlab/services';
import type { WireDocumentKind } from '../../../server/wire/document-kind.ts';
import type { LiveModel } from '../live/live-document-dependencies.ts';

/** Gives JupyterLab the models of files that are shared, and none for others, which it then loads and saves itself. */
export class SharedModelFactory implements Contents.ISharedFactory {
  #hasMade = false;

  /** @param open takes part in the document of a file with a new, empty model */
  constructor(private readonly open: (path: string, kind: WireDocumentKind, model: LiveModel) => void) {}

  /** JupyterLab asks for it after each `createNew`, in the same turn: it is about that one. */
  get collaborative(): boolean {
    return this.#hasMade;
  }

  createNew(options: Contents.ISharedFactoryOptions): ISharedDocument | undefined {
    const kind = options.collaborative === false ? null : kindOf(options);
    this.#hasMade = kind !== null;
    if (kind === null) return undefined;
    // Undo goes cell by cell, as JupyterLab does it unless told otherwise.
    const model =
      kind.type === 'notebook' ? new YNotebook({ disableDocumentWideUndoRedo: true }) : new YFile();
    this.open(options.path, kind, model);
    return model;
  }
}

function kindOf({ path, contentType, format }: Contents.ISharedFactoryOptions): WireDocumentKind | null {
  if (contentType === 'notebook' && format === 'json') return { type: 'notebook', format };
  // A notebook in the text editor: its file is saved by its own document.
  if (contentType === 'file' && format === 'text' && !path.endsWith('.ipynb'))
    return { type: 'file', format };
  return null;
}
