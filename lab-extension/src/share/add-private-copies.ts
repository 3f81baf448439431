import type { JupyterFrontEnd } from '@jupyterlab/application';
import { type ICommandPalette, Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { JSONObject } from '@lumino/coreutils';
import { DisposableDelegate } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';
import type { IBrowserRuntime } from '../browser-runtime/browser-runtime.ts';
import { whenShared } from '../documents/when-shared.ts';
import { confirmed } from '../places/confirmed.ts';
import { addStyleSheet } from '../style-sheet.ts';
import type { ILiveDocuments } from '../tokens.ts';
import { takeFromAddress } from './open-by-address.ts';
import { PrivateCopies } from './private-copies.ts';
import { PRIVATE_DRIVE, PrivateDrive } from './private-drive.ts';
import { PrivateKernels } from './private-kernels.ts';
import { makePrivate } from './private-notebook.ts';
import { offerPrivateCopy } from './private-offer.ts';
import { privateServices, type PrivateServices } from './private-services.ts';
import { SHARE_STYLE } from './share-style.ts';
import { stayWithCopy } from './stay-with-copy.ts';
import { contentNow } from './take-copy.ts';

const TAKE_COPY = 'in-the-loop:run-private-copy';
const LIST_COPIES = 'in-the-loop:private-copies';

/** Private copies: taken, kept in this browser, opened as notebooks whose kernels are this page's. */
export function addPrivateCopies(deps: {
  readonly app: JupyterFrontEnd;
  readonly notebooks: INotebookTracker;
  readonly manager: IDocumentManager;
  readonly live: ILiveDocuments | null;
  readonly runtime: IBrowserRuntime;
  readonly palette: ICommandPalette | null;
}): void {
  const { app, notebooks, manager, live, runtime, palette } = deps;
  const { contents, serverSettings } = app.serviceManager;
  addStyleSheet('share', SHARE_STYLE);
  const { pathname } = new URL(serverSettings.baseUrl, window.location.href);
  const copies = new PrivateCopies(`in-the-loop:${pathname}:private-copies`, browserDatabase());
  // Before the layout of the last visit is brought back.
  contents.addDrive(new PrivateDrive(copies, serverSettings));
  const kernels = new PrivateKernels(runtime);
  let services: PrivateServices | null = null;
  const failed = (error: unknown): void =>
    void Notification.warning(error instanceof Error ? error.message : String(error), { autoClose: 8_000 });
  const isPrivate = (panel: NotebookPanel): boolean =>
    contents.driveName(panel.context.path) === PRIVATE_DRIVE;

  async function take(panel: NotebookPanel): Promise<void> {
    const { model, localPath } = panel.context;
    const content = await contentNow(serverSettings, localPath, () => model.toJSON() as JSONObject);
    const copy = await copies.add({ from: localPath, takenAt: new Date().toISOString(), content });
    open(copy.name);
  }
  const show = (name: string): void => void manager.openOrReveal(`${PRIVATE_DRIVE}:${name}`, 'Notebook');
  const wants = stayWithCopy(app.commands, show);
  const open = (name: string): void => {
    wants(name);
    show(name);
  };
  const named = takeFromAddress();
  if (named !== null) void app.restored.then(() => open(named));
  const actions = {
    open,
    download(name: string): void {
      contents
        .getDownloadUrl(`${PRIVATE_DRIVE}:${name}`)
        .then((url) => {
          const link = document.createElement('a');
          link.href = url;
          link.download = name;
          link.click();
        })
        .catch(failed);
    },
    remove(name: string): Promise<void> {
      const path = `${PRIVATE_DRIVE}:${name}`;
      const text = 'It is in this browser alone, and cannot be brought back. The original stays.';
      return confirmed(`Delete the private copy ${name}?`, text, 'Delete')
        .then(async (isSure) => {
          if (!isSure) return;
          wants(null);
          await manager.closeFile(path);
          await contents.delete(path);
        })
        .catch(failed);
    },
    openOriginal(path: string): void {
      wants(null);
      manager.openOrReveal(path);
    },
  };

  const current = (): NotebookPanel | null =>
    app.shell.currentWidget === notebooks.currentWidget ? notebooks.currentWidget : null;
  app.commands.addCommand(TAKE_COPY, {
    label: 'Run a Private Copy in This Browser',
    caption: 'Copies this notebook into this browser, where its cells run without the server',
    isEnabled: () => {
      const panel = current();
      return panel !== null && !isPrivate(panel);
    },
    execute: () => {
      const panel = current();
      return panel === null ? undefined : take(panel).catch(failed);
    },
  });
  app.commands.addCommand(LIST_COPIES, {
    label: 'Private Copies in This Browser…',
    execute: async () => {
      const { showCopies } = await import('./copies-list.ts');
      await showCopies(copies, actions).catch(failed);
    },
  });
  for (const command of [TAKE_COPY, LIST_COPIES])
    palette?.addItem({ command, category: 'Notebook Operations' });

  app.docRegistry.addWidgetExtension('Notebook', {
    createNew(created: Widget) {
      const panel = created as NotebookPanel;
      if (isPrivate(panel)) {
        makePrivate(panel, {
          services: () => (services ??= privateServices(kernels)),
          findKernel: (id) => kernels.find(id),
          copies,
          actions,
        });
      } else if (live !== null) {
        whenShared(live, panel, (document) =>
          offerPrivateCopy(panel, document, { copies, open, take: () => void take(panel).catch(failed) }),
        );
      }
      return new DisposableDelegate(() => undefined);
    },
  });
}

function browserDatabase(): IDBFactory | null {
  try {
    return window.indexedDB;
  } catch {
    return null; // some private windows throw
  }
}
