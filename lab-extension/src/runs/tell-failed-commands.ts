import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { ILiveConnection } from '../tokens.ts';

/** What is asked of a kernel over the network, and what did not happen where that fails. */
const FAILURES: Readonly<Record<string, string>> = {
  'notebook:interrupt-kernel': 'The kernel was not interrupted',
  'console:interrupt-kernel': 'The kernel was not interrupted',
  'notebook:restart-kernel': 'The kernel was not restarted',
  'notebook:restart-clear-output': 'The kernel was not restarted',
  'notebook:restart-run-all': 'The kernel was not restarted',
  'notebook:restart-and-run-to-selected': 'The kernel was not restarted',
  'console:restart-kernel': 'The kernel was not restarted',
  'notebook:shutdown-kernel': 'The kernel was not shut down',
};
const NO_CONNECTION = 'there is no connection to the server. Try again once there is';

/**
 * JupyterLab leaves these failures to the browser's console: a person who stops a cell on a train would think that it
 * stopped. Said without a dialog, like all that a flaky network does.
 */
export function tellFailedCommands({ commands }: JupyterFrontEnd, connection: ILiveConnection): void {
  let shown = '';
  commands.commandExecuted.connect((_, { id, result }) => {
    const failure = FAILURES[id];
    if (failure === undefined) return;
    const tell = (reason: string): void => {
      if (shown !== '') Notification.dismiss(shown);
      shown = Notification.warning(`${failure}: ${reason.replace(/\.$/, '')}.`, { autoClose: 8_000 });
    };
    const isConnected = (): boolean => connection.status.kind === 'connected';
    result.then(
      // Of a restart JupyterLab does not even tell the command that it failed; an interrupt can do without the server.
      () => isConnected() || id.endsWith(':interrupt-kernel') || tell(NO_CONNECTION),
      (error: unknown) =>
        tell(!isConnected() ? NO_CONNECTION : error instanceof Error ? error.message : String(error)),
    );
  });
}
