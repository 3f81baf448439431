import type { ISessionContext, ISessionContextDialogs } from '@jupyterlab/apputils';

/**
 * JupyterLab takes a kernel for one that restarts from the moment that it asks, and waits for an answer which does not come: it
 * is not to ask. Decorated and not replaced, so that dialogs of another extension stay what they are.
 */
export function refuseRestarts(
  dialogs: Pick<ISessionContextDialogs, 'restart'>,
  isRefused: (context: ISessionContext) => boolean,
  refused: () => void,
): void {
  const restart = dialogs.restart.bind(dialogs);
  dialogs.restart = async (context, options) => {
    if (!isRefused(context)) return restart(context, options);
    refused();
    return false;
  };
}
