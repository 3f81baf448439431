import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IBrowserRuntime } from '../browser-runtime/browser-runtime.ts';
import { serverVersion } from '../server-version.ts';
import { ILiveDocuments } from '../tokens.ts';
import { addPrivateCopies } from './add-private-copies.ts';
import { addViewerLinks } from './add-viewer-links.ts';
import { keepLayout } from './keep-layout.ts';
import { mayWrite } from './may-write.ts';

export const sharePlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:share',
  description: 'Links for viewers, and private copies of notebooks that run in the browser.',
  autoStart: true,
  requires: [INotebookTracker, IDocumentManager],
  optional: [ILiveDocuments, IBrowserRuntime, ICommandPalette, IFileBrowserFactory],
  activate(
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    manager: IDocumentManager,
    live: ILiveDocuments | null,
    runtime: IBrowserRuntime | null,
    palette: ICommandPalette | null,
    files: IFileBrowserFactory | null,
  ) {
    if (serverVersion() === null) return;
    const { serverSettings, workspaces } = app.serviceManager;
    let right: Promise<boolean> | null = null;
    const mayWriteHere = (): Promise<boolean> => (right ??= mayWrite(serverSettings));
    keepLayout(workspaces, mayWriteHere);
    addViewerLinks(app, notebooks, palette, files, mayWriteHere);
    if (runtime !== null) addPrivateCopies({ app, notebooks, manager, live, runtime, palette });
  },
};
