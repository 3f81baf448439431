import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IRuntimes } from '../runtimes/runtimes-model-plugin.ts';
import type { RuntimesModel } from '../runtimes/runtimes-model.ts';
import { addStyleSheet } from '../style-sheet.ts';
import { CELL_KERNELS_STYLE } from './cell-kernels-style.ts';
import { KernelsChip } from './kernels-chip.ts';
import { kernelsMenu } from './kernels-menu.ts';
import { NotebookCellKernels } from './notebook-cell-kernels.ts';

const CHOOSE = 'in-the-loop:choose-cell-kernel';

export const cellKernelsPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:cell-kernels',
  description: 'Has cells of a notebook run by several kernels, and shows which.',
  autoStart: true,
  requires: [INotebookTracker, IEditorLanguageRegistry],
  optional: [IRuntimes, ICommandPalette],
  activate(
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    languages: IEditorLanguageRegistry,
    runtimes: RuntimesModel | null,
    palette: ICommandPalette | null,
  ) {
    // Another server runs all cells on the notebook's own kernel.
    if (runtimes === null) return;
    addStyleSheet('cell-kernels', CELL_KERNELS_STYLE);
    const shown = new Map<NotebookPanel, NotebookCellKernels>();
    app.commands.addCommand(CHOOSE, {
      label: 'Choose the Kernel of This Cell…',
      isEnabled: () => tracker.activeCell?.model.type === 'code',
      execute: () => {
        if (tracker.currentWidget !== null) shown.get(tracker.currentWidget)?.choose();
      },
    });
    palette?.addItem({ command: CHOOSE, category: 'Notebook Cell Operations' });
    app.contextMenu.addItem({ command: CHOOSE, selector: '.jp-CodeCell', rank: 21 });

    const show = (panel: NotebookPanel): void => {
      if (shown.has(panel) || panel.isDisposed) return;
      const chip = new KernelsChip((at) => void openMenu(panel, at).catch(failed));
      const cells = new NotebookCellKernels(panel, languages, (count) => chip.say(count));
      shown.set(panel, cells);
      const { toolbar } = panel;
      if (!toolbar.insertBefore('kernelName', 'in-the-loop-kernels', chip))
        toolbar.addItem('in-the-loop-kernels', chip);
      panel.disposed.connect(() => {
        shown.delete(panel);
        cells.dispose();
      });
    };

    function ofNotebook({ context, sessionContext }: NotebookPanel): RuntimesModel['runtimes'] {
      const own = sessionContext.session?.kernel?.id;
      const there = runtimes?.runtimes.filter(({ notebook }) => notebook === context.localPath) ?? [];
      return there.toSorted((a, b) => Number(b.kernelId === own) - Number(a.kernelId === own));
    }

    async function openMenu(panel: NotebookPanel, at: DOMRect): Promise<void> {
      await runtimes?.refresh();
      const menu = kernelsMenu({
        runtimes: ofNotebook(panel),
        settings: app.serviceManager.serverSettings,
        choose: panel.content.activeCell?.model.type === 'code' ? () => shown.get(panel)?.choose() : null,
        failed,
      });
      menu.aboutToClose.connect(() => setTimeout(() => menu.dispose(), 0));
      menu.open(at.left, at.bottom);
    }

    tracker.widgetAdded.connect((_, panel) => void panel.context.ready.then(() => show(panel)));
    tracker.forEach((panel) => void panel.context.ready.then(() => show(panel)));
  },
};

function failed(error: unknown): void {
  Notification.error(error instanceof Error ? error.message : String(error));
}
