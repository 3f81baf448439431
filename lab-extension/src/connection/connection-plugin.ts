import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ABOUT_COMMAND } from '../about/about-plugin.ts';
import { collaborationMode } from '../collaboration-mode.ts';
import { serverVersion } from '../server-version.ts';
import { ConnectionModel } from './connection-model.ts';
import { ConnectionView } from './connection-view.ts';

/** Public and tiny, so that asking costs nothing and a signed-out tab is not taken for an outage. */
export function healthProbe(settings: ServerConnection.ISettings): () => Promise<boolean> {
  const url = URLExt.join(settings.baseUrl, 'api');
  return () =>
    ServerConnection.makeRequest(url, {}, settings).then(
      (response) => response.ok,
      () => false,
    );
}

export const connectionPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:connection',
  description: 'Shows in the status bar whether the server can be reached.',
  autoStart: true,
  optional: [IStatusBar],
  activate(app: JupyterFrontEnd, statusBar: IStatusBar | null) {
    // With shared documents, the item that says where they are says this too.
    if (serverVersion() === null || statusBar === null || collaborationMode() === 'on') return;
    const { serverSettings, kernels, sessions } = app.serviceManager;
    const model = new ConnectionModel(
      healthProbe(serverSettings),
      (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      () => new Date(),
    );
    // The managers poll every ten seconds and report each failure.
    kernels.connectionFailure.connect(() => void model.failed());
    sessions.connectionFailure.connect(() => void model.failed());
    statusBar.registerStatusItem('@in-the-loop/lab-extension:connection', {
      item: new ConnectionView(model, () => void app.commands.execute(ABOUT_COMMAND)),
      align: 'left',
      rank: 100,
    });
  },
};
