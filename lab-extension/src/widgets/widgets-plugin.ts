import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRunQueues } from '../runs/executor-plugin.ts';
import type { RunQueues } from '../runs/run-queues.ts';
import { ILiveDocuments } from '../tokens.ts';
import { followWidgets } from './follow-widgets.ts';

export const widgetsPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:widgets',
  description: 'Shows ipywidgets of cells that the server ran, in every tab.',
  autoStart: true,
  requires: [INotebookTracker, IRunQueues],
  optional: [ILiveDocuments],
  activate(
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    queues: RunQueues | null,
    live: ILiveDocuments | null,
  ) {
    if (queues === null || live === null) return;
    followWidgets(app, tracker, (runId) =>
      live.documents.some((document) => queues.of(document).mayBeOwn(runId)),
    );
  },
};
