import { IConnectionLost, type JupyterFrontEndPlugin } from '@jupyterlab/application';

/** In the place of a dialog for each failed request: the status item says it all the time, and in whose hands the work is. */
export const connectionLostPlugin: JupyterFrontEndPlugin<IConnectionLost> = {
  id: '@in-the-loop/lab-extension:connection-lost',
  description: 'Raises no dialog when the server cannot be reached.',
  autoStart: true,
  provides: IConnectionLost,
  activate: () => () => Promise.resolve(),
};
