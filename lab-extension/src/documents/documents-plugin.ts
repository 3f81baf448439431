import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { URLExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { RestContentProvider, type ContentsManager, type ServerConnection } from '@jupyterlab/services';
import { browserClock } from '../live/live-clock.ts';
import { LiveSocket } from '../live/live-socket.ts';
import { webSocketTransport } from '../live/live-transport.ts';
import { ILiveDocuments } from '../tokens.ts';
import { LiveContentProvider } from './live-content-provider.ts';
import { LiveDocuments } from './live-documents.ts';
import { openedPath } from './opened-path.ts';
import { makeReadOnly } from './read-only-widgets.ts';
import { reopenLost } from './reopen-lost.ts';
import { overlookLostWrites } from './lost-writes.ts';
import { shareFactories } from './share-factories.ts';
import { tellSaves } from './tell-saves.ts';
import { askOnlyForUnsent } from './unload-prompt.ts';

const PROVIDER = 'in-the-loop';

export const documentsPlugin: JupyterFrontEndPlugin<ILiveDocuments> = {
  id: '@in-the-loop/lab-extension:documents',
  description: 'Opens notebooks and text files as shared documents.',
  autoStart: true,
  requires: [IDocumentManager],
  provides: ILiveDocuments,
  activate(app: JupyterFrontEnd, manager: IDocumentManager) {
    overlookLostWrites();
    const { serverSettings } = app.serviceManager;
    const socket = new LiveSocket(
      webSocketTransport(() => liveUrl(serverSettings), serverSettings.WebSocket),
      browserClock,
      () => navigator.onLine,
    );
    const documents = new LiveDocuments(socket, browserClock);

    const { contentProviderRegistry } = (app.serviceManager.contents as ContentsManager).defaultDrive;
    if (contentProviderRegistry === undefined) throw new Error('This JupyterLab has no content providers.');
    const plain = new RestContentProvider({ apiEndpoint: 'api/contents', serverSettings });
    const provider = new LiveContentProvider(documents, plain);
    contentProviderRegistry.register(PROVIDER, provider);
    shareFactories(app.docRegistry, PROVIDER);

    documents.lost.connect((_, { document, reason }) => void reopenLost(app, manager, document, reason));
    documents.added.connect((_, document) => {
      tellSaves(document, provider, browserClock);
      if (document.isReadOnly) makeReadOnly(app, document);
      document.syncStateChanged.connect((_, { kind }) => {
        if (kind === 'read-only') makeReadOnly(app, document);
      });
    });
    askOnlyForUnsent(app, documents);

    window.addEventListener('online', () => socket.wake());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') socket.wake();
    });
    socket.retry();
    const path = openedPath();
    if (path?.endsWith('.ipynb') === true)
      void documents.hasStorage.then(() => provider.sharedModelFactory.openAhead(path, browserClock));
    return documents;
  },
};

function liveUrl({ wsUrl, token, appendToken }: ServerConnection.ISettings): string {
  const url = URLExt.join(wsUrl, 'api/in-the-loop/v1/live');
  return appendToken && token !== '' ? `${url}?token=${encodeURIComponent(token)}` : url;
}
