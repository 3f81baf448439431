import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';
import { ConnectionModel } from '../connection/connection-model.ts';
import { healthProbe } from '../connection/connection-plugin.ts';
import { IKeptForks } from '../forks/forks-plugin.ts';
import type { ForkRecord } from '../forks/fork-record.ts';
import type { KeptForks } from '../forks/kept-forks.ts';
import { REVIEW_FORK } from '../forks/review-plugin.ts';
import type { KeptPages } from '../offline/kept-pages.ts';
import { IKeptPages } from '../offline/offline-plugin.ts';
import { IOfflineStorage, type OfflineStorage } from '../offline/storage-plugin.ts';
import { serverVersion } from '../server-version.ts';
import { ILiveDocuments } from '../tokens.ts';
import { OfflineFiles } from './offline-files.ts';
import { findKernelsOnceReachable, reachable } from './reachability.ts';
import { syncDetails } from './sync-details.ts';
import { SyncStateItem } from './sync-state-item.ts';
import { SyncStateModel } from './sync-state-model.ts';

const TITLE = 'Where your work is';
const ID = '@in-the-loop/lab-extension:sync-state';
const SYNC_STATE_COMMAND = 'in-the-loop:sync-state';

export const syncStatePlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Says all the time whether what is typed is saved, and where it is.',
  autoStart: true,
  requires: [ILiveDocuments, IKeptPages, IOfflineStorage, IKeptForks],
  optional: [IStatusBar, ICommandPalette, ITranslator, IFileBrowserFactory],
  activate(
    app: JupyterFrontEnd,
    live: ILiveDocuments,
    keptPages: KeptPages,
    storage: OfflineStorage,
    forks: KeptForks,
    statusBar: IStatusBar | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
    browsers: IFileBrowserFactory | null,
  ) {
    const { commands, shell, serviceManager } = app;
    const current = () => (shell.currentWidget === null ? null : live.of(shell.currentWidget));
    const model = new SyncStateModel(live, { keptPages, forks, storage: storage.documents, current });
    shell.currentChanged?.connect(() => model.lookAgain());

    const server = new ConnectionModel(
      healthProbe(serviceManager.serverSettings),
      (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      () => new Date(),
    );
    findKernelsOnceReachable(serviceManager.sessions, () => reachable(live.connection, server));

    const offlineFiles = new OfflineFiles(
      live.connection,
      () => storage.documents.available(),
      (translator ?? nullTranslator).load('in_the_loop'),
    );
    browsers?.tracker.forEach((browser) => offlineFiles.add(browser));
    browsers?.tracker.widgetAdded.connect((_, browser) => offlineFiles.add(browser));

    async function tell(): Promise<void> {
      const available = await storage.documents.available();
      const choose = (command: string, argument: Record<string, string>): void => {
        dialog.reject();
        void commands.execute(command, argument);
      };
      const dialog = new Dialog<unknown>({
        title: TITLE,
        body: syncDetails({
          view: model.view,
          forks: forks.forks.map((fork) => ({
            path: fork.path,
            note: noteOf(fork, forks),
            review: () => choose(REVIEW_FORK, { documentId: fork.documentId, epoch: fork.epoch }),
          })),
          available,
          open: (path) => choose('docmanager:open', { path }),
          retry: live.connection.status.kind === 'connected' ? null : () => live.connection.retry(),
          version: serverVersion() ?? '',
        }),
        buttons: [Dialog.okButton({ label: 'Close' })],
      });
      // JupyterLab's dialogs show their title, but name themselves to nobody who does not see it.
      dialog.node.setAttribute('aria-label', TITLE);
      await dialog.launch();
    }

    commands.addCommand(SYNC_STATE_COMMAND, { label: TITLE, execute: tell });
    palette?.addItem({ command: SYNC_STATE_COMMAND, category: 'Help' });
    const item = new SyncStateItem(() => void commands.execute(SYNC_STATE_COMMAND));
    model.changed.connect((_, view) => item.showView(view));
    item.showView(model.view);
    if (statusBar === null) addToMenu(shell, item);
    // The first of all: on a phone, JupyterLab leaves out what has no priority.
    else statusBar.registerStatusItem(ID, { item, align: 'left', rank: 100, priority: 1 });
  },
};

function noteOf(fork: ForkRecord, forks: KeptForks): string {
  const when = `kept on ${new Date(fork.keptAt).toLocaleString()}`;
  return forks.isOnlyHere(fork) ? `${when}, on this page alone` : when;
}

/** Notebook 7 has no status bar; beside its menus it says whether the notebook is trusted, also on a phone. */
function addToMenu(shell: JupyterFrontEnd['shell'], item: Widget): void {
  item.id = 'in-the-loop-sync-state';
  shell.add(item, 'menu', { rank: 10_900 });
}
