import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { captureOutputs } from './captured-outputs.ts';
import { retryRendering, WIDGET_VIEW } from './retry-rendering.ts';

/**
 * Shows ipywidgets of cells that the server ran, in every notebook of the page.
 * @param mayBeOwn whether the page itself may have sent a run to its kernel, and so hears what it puts out
 */
export function followWidgets(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  mayBeOwn: (runId: string) => boolean,
): void {
  const kernels = new WeakSet<Kernel.IKernelConnection>();
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
}

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
