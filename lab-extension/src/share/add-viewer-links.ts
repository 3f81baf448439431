import type { JupyterFrontEnd } from '@jupyterlab/application';
import { type ICommandPalette, ToolbarButton } from '@jupyterlab/apputils';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { shareIcon } from '@jupyterlab/ui-components';
import type { Widget } from '@lumino/widgets';
import { copyViewerLink } from './viewer-link.ts';

const COPY_LINK = 'in-the-loop:copy-viewer-link';

/** A button and entries of menus that make a link for viewers, for those who are no viewers themselves. */
export function addViewerLinks(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  palette: ICommandPalette | null,
  files: IFileBrowserFactory | null,
  mayWrite: () => Promise<boolean>,
): void {
  const { contents, serverSettings } = app.serviceManager;
  let mayGive = false;
  // Nobody gives links away before anything is shown.
  const known = app.restored.then(mayWrite).then((may) => {
    mayGive = may;
    app.commands.notifyCommandChanged(COPY_LINK);
  });
  const isServers = (path: string): boolean => contents.driveName(path) === '';
  const chosen = (): string | null => {
    const item = files?.tracker.currentWidget?.selectedItems().next().value as Contents.IModel | undefined;
    return item === undefined || item.type === 'directory' ? null : item.path;
  };
  const shown = (): string | null =>
    app.shell.currentWidget === notebooks.currentWidget
      ? (notebooks.currentWidget?.context.path ?? null)
      : null;
  const pathOf = ({ from }: { readonly from?: string }): string | null => {
    const path = from === 'files' ? chosen() : shown();
    return path !== null && isServers(path) ? path : null;
  };
  app.commands.addCommand(COPY_LINK, {
    label: 'Copy Link for Viewers',
    caption: 'Copies a link by which others may look at this file, and change and run nothing',
    icon: shareIcon,
    isVisible: () => mayGive,
    isEnabled: (args) => mayGive && pathOf(args) !== null,
    execute: async (args) => {
      const path = pathOf(args);
      if (path !== null) await copyViewerLink(serverSettings, contents.localPath(path));
    },
  });
  palette?.addItem({ command: COPY_LINK, category: 'Notebook Operations' });
  app.contextMenu.addItem({
    command: COPY_LINK,
    args: { from: 'files' },
    selector: '.jp-DirListing-item[data-isdir="false"]',
    rank: 13,
  });
  app.contextMenu.addItem({ command: COPY_LINK, selector: '.jp-Notebook .jp-Cell', rank: 12.7 });
  app.docRegistry.addWidgetExtension('Notebook', {
    createNew(created: Widget) {
      const panel = created as NotebookPanel;
      const share = new ToolbarButton({
        icon: shareIcon,
        tooltip: 'Copy Link for Viewers',
        onClick: () => void copyViewerLink(serverSettings, panel.context.localPath),
      });
      if (isServers(panel.context.path))
        void known.then(() => {
          const { isDisposed, toolbar } = panel;
          if (mayGive && !isDisposed && !toolbar.insertAfter('spacer', 'in-the-loop-share', share))
            toolbar.addItem('in-the-loop-share', share);
        });
      return share;
    },
  });
}
