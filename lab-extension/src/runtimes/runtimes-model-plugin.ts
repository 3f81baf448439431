import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { KernelSpec } from '@jupyterlab/services';
import { Token } from '@lumino/coreutils';
import { ApiClient } from '../places/api-client.ts';
import { PlacesClient } from '../places/places-client.ts';
import { serverVersion } from '../server-version.ts';
import { ILiveDocuments, type ILiveConnection } from '../tokens.ts';
import { differFromPlaces } from './missing-kernelspecs.ts';
import { RuntimesClient } from './runtimes-client.ts';
import { RuntimesModel } from './runtimes-model.ts';

/** Null on a server that is not ours. It asks the server for nothing before somebody watches it. */
export const IRuntimes = new Token<RuntimesModel | null>(
  '@in-the-loop/lab-extension:IRuntimes',
  'Places and kernels as they are on the server.',
);

export const runtimesModelPlugin: JupyterFrontEndPlugin<RuntimesModel | null> = {
  id: '@in-the-loop/lab-extension:runtimes-model',
  description: 'Knows places and kernels as they are on the server.',
  autoStart: true,
  provides: IRuntimes,
  optional: [ILiveDocuments],
  activate({ serviceManager }: JupyterFrontEnd, live: ILiveDocuments | null) {
    if (serverVersion() === null) return null;
    const api = new ApiClient(serviceManager.serverSettings);
    const places = new PlacesClient(api);
    const runtimes = new RuntimesClient(api);
    const model = new RuntimesModel({
      places: () => places.places(),
      runtimes: () => runtimes.runtimes(),
      follow: (changed) => (live === null ? null : follow(live.connection, changed)),
      after(milliseconds, run) {
        const timer = setTimeout(run, milliseconds);
        return () => clearTimeout(timer);
      },
      isHidden: () => document.visibilityState === 'hidden',
    });
    model.changed.connect(() => void refreshKernelspecs(serviceManager.kernelspecs, model));
    return model;
  },
};

function follow(connection: ILiveConnection, changed: () => void): () => void {
  const heard = (_: unknown, message: { readonly type: string }): void => {
    if (message.type === 'runtimes-changed') changed();
  };
  const watch = (): void => {
    // The server answers at once that they have changed: what was missed while away is asked for then.
    if (connection.status.kind === 'connected') connection.send({ type: 'runtimes-watch' });
  };
  connection.message.connect(heard);
  connection.statusChanged.connect(watch);
  watch();
  return () => {
    connection.message.disconnect(heard);
    connection.statusChanged.disconnect(watch);
    connection.send({ type: 'runtimes-unwatch' });
  };
}

async function refreshKernelspecs(kernelspecs: KernelSpec.IManager, model: RuntimesModel): Promise<void> {
  if (differFromPlaces(kernelspecs.specs, model.places)) await kernelspecs.refreshSpecs();
}
