import { YFile, YNotebook, type ISharedDocument } from '@jupyter/ydoc';
import type { Contents } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import type { WireDocumentKind } from '../../../server/wire/document-kind.ts';
import type { LiveClock } from '../live/live-clock.ts';
import type { LiveModel } from '../live/live-document-dependencies.ts';
import type { LiveDocument } from '../live/live-document.ts';

/** Gives JupyterLab the models of files that are shared, and none for others, which it then loads and saves itself. */
export class SharedModelFactory implements Contents.ISharedFactory {
  #hasMade = false;
  #ahead: NotebookAhead | null = null;

  /**
   * @param open takes part in the document of a file with a new, empty model; `shown` resolves once something on the page
   * is to show it
   */
  constructor(
    private readonly open: (
      path: string,
      kind: WireDocumentKind,
      model: LiveModel,
      shown: Promise<void>,
    ) => LiveDocument,
  ) {}

  /** Opens a notebook that JupyterLab will ask for once it has started. Called once. */
  openAhead(path: string, clock: LiveClock): void {
    const model = newNotebook();
    const shown = new PromiseDelegate<void>();
    const forget = (): void => {
      if (this.#ahead?.model !== model) return;
      this.#ahead.cancel();
      this.#ahead = null;
      model.dispose();
    };
    this.#ahead = { path, model, shown, cancel: clock.after(AHEAD_FOR_MS, forget) };
    const document = this.open(path, NOTEBOOK, model, shown.promise);
    // It is asked for again then, and whoever asks is told why.
    document.ready.catch(forget);
    document.lost.connect(forget);
    document.pathChanged.connect(forget);
  }

  /** JupyterLab asks for it after each `createNew`, in the same turn: it is about that one. */
  get collaborative(): boolean {
    return this.#hasMade;
  }

  createNew(options: Contents.ISharedFactoryOptions): ISharedDocument | undefined {
    const kind = options.collaborative === false ? null : kindOf(options);
    this.#hasMade = kind !== null;
    if (kind === null) return undefined;
    const ahead = this.#ahead;
    if (kind.type === 'notebook' && ahead?.path === options.path) {
      this.#ahead = null;
      ahead.cancel();
      ahead.shown.resolve();
      return ahead.model;
    }
    const model = kind.type === 'notebook' ? newNotebook() : new YFile();
    this.open(options.path, kind, model, Promise.resolve());
    return model;
  }
}

interface NotebookAhead {
  readonly path: string;
  readonly model: YNotebook;
  readonly shown: PromiseDelegate<void>;
  cancel(): void;
}

const NOTEBOOK: WireDocumentKind = { type: 'notebook', format: 'json' };
/** A page that has not asked for it by then shows something else. */
const AHEAD_FOR_MS = 30_000;

/** Undo goes cell by cell, as JupyterLab does it unless told otherwise. */
function newNotebook(): YNotebook {
  return new YNotebook({ disableDocumentWideUndoRedo: true });
}

function kindOf({ path, contentType, format }: Contents.ISharedFactoryOptions): WireDocumentKind | null {
  if (contentType === 'notebook' && format === 'json') return { type: 'notebook', format };
  // A notebook in the text editor: its file is saved by its own document.
  if (contentType === 'file' && format === 'text' && !path.endsWith('.ipynb'))
    return { type: 'file', format };
  return null;
}
