import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, type ISessionContextDialogs } from '@jupyterlab/apputils';
import type { ILiveConnection } from '../tokens.ts';
import { refuseRestarts } from './refuse-restarts.ts';

const NOT_RESTARTED = 'The kernel was not restarted, and is as it was';

/** What is asked of a kernel over the network, and what did not happen where that fails. */
const FAILURES: Readonly<Record<string, string>> = {
  'notebook:interrupt-kernel': 'The kernel was not interrupted',
  'console:interrupt-kernel': 'The kernel was not interrupted',
  'notebook:restart-kernel': NOT_RESTARTED,
  'notebook:restart-clear-output': NOT_RESTARTED,
  'notebook:restart-run-all': NOT_RESTARTED,
  'notebook:restart-and-run-to-selected': NOT_RESTARTED,
  'console:restart-kernel': NOT_RESTARTED,
  'notebook:shutdown-kernel': 'The kernel was not shut down',
};
const NO_CONNECTION = 'there is no connection to the server. Try again once there is';

/**
 * JupyterLab leaves these failures to the browser's console: a person who stops a cell on a train would think that it
 * stopped. Said without a dialog, like all that a flaky network does.
 * @param dialogs what JupyterLab asks before a restart with; without the server it is refused there
 */
export function tellFailedCommands(
  { commands, serviceManager }: JupyterFrontEnd,
  connection: ILiveConnection,
  dialogs: ISessionContextDialogs | null,
): void {
  let shown = '';
  const tell = (failure: string, reason: string): void => {
    if (shown !== '') Notification.dismiss(shown);
    shown = Notification.warning(`${failure}: ${reason.replace(/\.$/, '')}.`, { autoClose: 8_000 });
  };
  const isConnected = (): boolean => connection.status.kind === 'connected';
  if (dialogs !== null)
    refuseRestarts(
      dialogs,
      ({ sessionManager }) =>
        // A private copy's kernels need no server.
        sessionManager === serviceManager.sessions &&
        (connection.status.kind === 'reconnecting' || connection.status.kind === 'offline'),
      () => tell(NOT_RESTARTED, NO_CONNECTION),
    );
  commands.commandExecuted.connect((_, { id, result }) => {
    const failure = FAILURES[id];
    if (failure === undefined) return;
    result.then(
      // Of a restart JupyterLab does not even tell the command that it failed; an interrupt can do without the server.
      () => isConnected() || id.endsWith(':interrupt-kernel') || tell(failure, NO_CONNECTION),
      (error: unknown) =>
        tell(
          failure,
          !isConnected() ? NO_CONNECTION : error instanceof Error ? error.message : String(error),
        ),
    );
  });
}
