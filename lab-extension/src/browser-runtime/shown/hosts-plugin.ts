import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IRuntimes } from '../../runtimes/runtimes-model-plugin.ts';
import { nameOf } from '../../runs/name-of.ts';
import { ILiveDocuments } from '../../tokens.ts';
import type { RuntimesModel } from '../../runtimes/runtimes-model.ts';
import { IBrowserRuntime } from '../browser-runtime.ts';
import type { PageRuntime } from '../page-runtime.ts';
import { restartInstead } from './restart-instead.ts';
import { watchHost } from './watch-host.ts';

export const browserHostsPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:browser-hosts',
  description: 'Says which tab runs a kernel, and what happens when that is closed.',
  autoStart: true,
  requires: [INotebookTracker, IBrowserRuntime, IRuntimes],
  optional: [ILiveDocuments],
  activate(
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    runtime: PageRuntime | null,
    model: RuntimesModel | null,
    live: ILiveDocuments | null,
  ) {
    if (runtime === null || model === null) return;
    const personOf = (username: string): string | null => {
      const { identity } = app.serviceManager.user;
      if (username === identity?.username) return null;
      return live === null ? username : nameOf(username, identity, live.awareness);
    };
    const besideKernel: DocumentRegistry.IWidgetExtension<NotebookPanel, DocumentRegistry.IModel> = {
      createNew: (panel) => watchHost(panel, { runtime, model, personOf }),
    };
    app.docRegistry.addWidgetExtension('Notebook', besideKernel);
    restartInstead(app, tracker, runtime);
    addEventListener('beforeunload', (event) => {
      // Of an idle one only variables end, which the page says all the time.
      if (runtime.kernels.some(({ isPrivate, state }) => !isPrivate && state.kind === 'busy'))
        event.preventDefault();
    });
  },
};
