import { Notification, type ISessionContext } from '@jupyterlab/apputils';

/** A new kernel in place of one that is over. @param kernelspec the name of what it was */
export async function startAgain(context: ISessionContext, kernelspec: string): Promise<void> {
  try {
    // The server may have given up the session with its kernel, which this page does not know before it asks.
    await context.sessionManager.refreshRunning();
    await context.changeKernel({ name: kernelspec });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    Notification.error(`The kernel was not started: ${why}`);
  }
}
