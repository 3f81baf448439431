import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Token } from '@lumino/coreutils';
import { IOfflineStorage, type OfflineStorage } from '../offline/storage-plugin.ts';
import { ILiveDocuments } from '../tokens.ts';
import { KeptForks } from './kept-forks.ts';

export const IKeptForks = new Token<KeptForks>(
  '@in-the-loop/lab-extension:IKeptForks',
  'Changes that could not be merged by themselves.',
);

export const forksPlugin: JupyterFrontEndPlugin<KeptForks> = {
  id: '@in-the-loop/lab-extension:forks',
  description: 'Keeps changes that could not be merged by themselves until somebody has looked at them.',
  autoStart: true,
  requires: [ILiveDocuments, IOfflineStorage],
  provides: IKeptForks,
  activate(_: JupyterFrontEnd, live: ILiveDocuments, { database, channel, root, documents }: OfflineStorage) {
    const forks = new KeptForks(database, channel, root);
    live.setForkKeeper(forks);
    documents.forksChanged.connect(() => void forks.read());
    void forks.read();
    return forks;
  },
};
