import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookCellExecutor, runCell } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import { ILiveDocuments } from '../tokens.ts';
import { IOwnKernels } from '../browser-runtime/unshared/own-kernels-plugin.ts';
import { CellExecutor, type OwnKernels } from './cell-executor.ts';
import { RunQueues } from './run-queues.ts';
import { RunsClient } from './runs-client.ts';

/** Null where nothing is shared. */
export const IRunQueues = new Token<RunQueues | null>(
  '@in-the-loop/lab-extension:IRunQueues',
  'What this page asks of the run queues of notebooks.',
);

export const runQueuesPlugin: JupyterFrontEndPlugin<RunQueues | null> = {
  id: '@in-the-loop/lab-extension:run-queues',
  description: 'Knows what this page has asked the server to run.',
  autoStart: true,
  provides: IRunQueues,
  optional: [ILiveDocuments],
  activate(app: JupyterFrontEnd, live: ILiveDocuments | null) {
    return live === null ? null : new RunQueues(live, new RunsClient(app.serviceManager.serverSettings));
  },
};

/** Only with JupyterLab's own disabled, which the page's configuration does where this one is registered. */
export const executorPlugin: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: '@in-the-loop/lab-extension:cell-executor',
  description: 'Runs cells of shared notebooks on the server.',
  autoStart: true,
  provides: INotebookCellExecutor,
  requires: [IRunQueues],
  optional: [ILiveDocuments, IOwnKernels],
  activate(
    _app: JupyterFrontEnd,
    queues: RunQueues | null,
    live: ILiveDocuments | null,
    own: OwnKernels | null,
  ) {
    return queues === null || live === null
      ? Object.freeze({ runCell })
      : new CellExecutor(live, queues, own);
  },
};
