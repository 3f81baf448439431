import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { Token, UUID } from '@lumino/coreutils';
import { ILiveDocuments } from '../tokens.ts';
import { Coalesced } from '../coalesced.ts';
import { databaseName } from './offline-names.ts';
import { sendLeftBehind } from './send-left-behind.ts';
import { OfflineDatabase } from './storage/database.ts';
import { IndexedDocumentStorage } from './storage/indexed-document-storage.ts';
import { OfflineChannel } from './storage/offline-channel.ts';

/** What this browser keeps of documents. */
export interface OfflineStorage {
  readonly database: OfflineDatabase;
  readonly channel: OfflineChannel;
  readonly documents: IndexedDocumentStorage;
  /** The folder that is served, by a name of its own. */
  readonly root: string;
}

export const IOfflineStorage = new Token<OfflineStorage>(
  '@in-the-loop/lab-extension:IOfflineStorage',
  'What this browser keeps of shared documents.',
);

const PAUSE = 5_000;

export const storagePlugin: JupyterFrontEndPlugin<OfflineStorage> = {
  id: '@in-the-loop/lab-extension:offline-storage',
  description: 'Keeps open documents and what is typed in them in this browser.',
  autoStart: true,
  requires: [ILiveDocuments],
  provides: IOfflineStorage,
  activate(_: JupyterFrontEnd, live: ILiveDocuments) {
    const name = databaseName(new URL(PageConfig.getBaseUrl()).pathname);
    const root = PageConfig.getOption('inTheLoopRoot');
    // Some browsers have the name and throw when it is used.
    const database = new OfflineDatabase(name, globalThis.indexedDB);
    const channel = new OfflineChannel(new BroadcastChannel(name));
    channel.signedOut.connect(() => database.close());
    const documents = new IndexedDocumentStorage({
      database,
      channel,
      root,
      tab: UUID.uuid4(),
      isConnected: () => live.connection.status.kind === 'connected',
      now: Date.now,
    });
    live.setStorage(documents);
    // What is open comes first, and is restored by then.
    const send = new Coalesced(() => {
      if (live.connection.status.kind === 'connected') void sendLeftBehind(live, documents);
    }, PAUSE);
    live.connection.statusChanged.connect(() => send.request());
    send.request();
    return { database, channel, documents, root };
  },
};
