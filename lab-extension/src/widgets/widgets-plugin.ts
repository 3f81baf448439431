import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { IRunQueues } from '../runs/executor-plugin.ts';
import type { RunQueues } from '../runs/run-queues.ts';
import { ILiveDocuments } from '../tokens.ts';
import { captureOutputs } from './captured-outputs.ts';
import { retryRendering, WIDGET_VIEW } from './retry-rendering.ts';

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
    const kernels = new WeakSet<Kernel.IKernelConnection>();
    const mayBeOwn = (runId: string): boolean =>
      live.documents.some((document) => queues.of(document).mayBeOwn(runId));
    const follow = ({ sessionContext }: NotebookPanel): void => {
      const kernel = sessionContext.session?.kernel ?? null;
      if (kernel === null || kernels.has(kernel)) return;
      kernels.add(kernel);
      captureOutputs(kernel, mayBeOwn);
    };
    const prepare = (panel: NotebookPanel): void => {
      panel.sessionContext.kernelChanged.connect(() => follow(panel));
      follow(panel);
      // ipywidgets adds its renderer when the panel comes, or when it is activated itself.
      void Promise.all([app.restored, Promise.resolve()]).then(() => waitForModels(panel));
    };
    tracker.forEach(prepare);
    tracker.widgetAdded.connect((_, panel) => prepare(panel));
  },
};

function waitForModels(panel: NotebookPanel): void {
  if (panel.isDisposed) return;
  const { rendermime } = panel.content;
  const factory = rendermime.getFactory(WIDGET_VIEW);
  if (factory === undefined) return;
  rendermime.addFactory(
    {
      safe: factory.safe,
      mimeTypes: [WIDGET_VIEW],
      createRenderer: (options) => retryRendering(factory.createRenderer(options), panel.sessionContext),
    },
    rendermime.getRank(WIDGET_VIEW) ?? 0,
  );
}
