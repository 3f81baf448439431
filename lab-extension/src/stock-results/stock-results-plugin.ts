import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { followTrust } from '../runs/follow-trust.ts';
import { followWidgets } from '../widgets/follow-widgets.ts';

/**
 * Beside jupyter-collaboration's client, whose cells the server runs too: without it widgets, and whatever else must be
 * trusted, would show as text until the page is loaded again.
 */
export const stockResultsPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:stock-results',
  description: "Shows what the server ran as trusted, in jupyter-collaboration's notebooks.",
  autoStart: true,
  requires: [INotebookTracker],
  activate(app: JupyterFrontEnd, tracker: INotebookTracker) {
    const follow = (panel: NotebookPanel): void =>
      void panel.context.ready.then(() => {
        if (panel.content.model !== null) followTrust(panel.content.model);
      });
    tracker.forEach(follow);
    tracker.widgetAdded.connect((_, panel) => follow(panel));
    // Which run is whose is not known here: what a run prints into an Output widget comes when the widget is moved.
    followWidgets(app, tracker, () => false);
  },
};
