import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, ICommandPalette, Notification } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { linkIcon } from '@jupyterlab/ui-components';
import { openedPath } from '../documents/opened-path.ts';
import { cellOfHash, notebookLink, type LinkBase } from './cell-link.ts';
import { goToCell } from './go-to-cell.ts';

const COPY_NOTEBOOK_LINK = 'in-the-loop:copy-notebook-link';
const COPY_CELL_LINK = 'in-the-loop:copy-cell-link';

export const linksPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:links',
  description: 'Copies links to notebooks and cells, and leads to the cell that a link names.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ITranslator],
  activate(
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
  ) {
    const trans = (translator ?? nullTranslator).load('in_the_loop');
    followLinks(notebooks, trans);
    const current = (): NotebookPanel | null =>
      app.shell.currentWidget === notebooks.currentWidget ? notebooks.currentWidget : null;
    app.commands.addCommand(COPY_NOTEBOOK_LINK, {
      label: trans.__('Copy Link to Notebook'),
      icon: linkIcon,
      isEnabled: () => current() !== null,
      execute: () => copy(current(), trans),
    });
    app.commands.addCommand(COPY_CELL_LINK, {
      label: trans.__('Copy Link to Cell'),
      icon: linkIcon,
      isEnabled: () => current()?.content.activeCell !== undefined,
      execute: () => copy(current(), trans, current()?.content.activeCell?.model.id),
    });
    for (const [rank, command] of [COPY_CELL_LINK, COPY_NOTEBOOK_LINK].entries()) {
      // A right click makes a cell the active one.
      app.contextMenu.addItem({ command, selector: '.jp-Notebook .jp-Cell', rank: 12.5 + rank / 10 });
      palette?.addItem({ command, category: trans.__('Notebook Operations') });
    }
  },
};

function linkBase(): LinkBase {
  const isNotebook7 = PageConfig.getOption('notebookPage') !== '';
  // A hub may know a better address to share than the one that this page has.
  const serverUrl = PageConfig.getOption('shareUrl') || PageConfig.getBaseUrl();
  return {
    serverUrl: new URL(serverUrl, window.location.origin).href,
    page: isNotebook7 ? 'notebooks' : 'lab/tree',
  };
}

async function copy(panel: NotebookPanel | null, trans: TranslationBundle, cellId?: string): Promise<void> {
  if (panel === null) return;
  const link = notebookLink(linkBase(), panel.context.localPath, cellId);
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    // Only https and localhost have that clipboard, and a browser may refuse it.
    Clipboard.copyToSystem(link);
  }
  const said =
    cellId === undefined ? trans.__('Link to the notebook copied') : trans.__('Link to the cell copied');
  Notification.success(said, { autoClose: 3_000 });
}

function followLinks(notebooks: INotebookTracker, trans: TranslationBundle): void {
  const asked = cellOfHash(window.location.hash);
  const path = openedPath();
  const go = async (panel: NotebookPanel, id: string): Promise<void> => {
    if (!(await goToCell(panel, id)))
      Notification.warning(trans.__('The cell of this link is not in the notebook any more.'), {
        autoClose: 8_000,
      });
  };
  if (asked !== null) {
    const opened = (panel: NotebookPanel): boolean => {
      if (path !== null && panel.context.localPath !== path) return false;
      void go(panel, asked);
      return true;
    };
    const look = (_: INotebookTracker, panel: NotebookPanel): void => {
      if (opened(panel)) notebooks.widgetAdded.disconnect(look);
    };
    if (notebooks.find(opened) === undefined) notebooks.widgetAdded.connect(look);
  }
  // A link within the page, or one that is pasted into its address.
  window.addEventListener('hashchange', () => {
    const id = cellOfHash(window.location.hash);
    if (id !== null && notebooks.currentWidget !== null) void go(notebooks.currentWidget, id);
  });
}
