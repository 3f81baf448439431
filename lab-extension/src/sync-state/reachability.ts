import type { ServiceManager } from '@jupyterlab/services';
import type { ConnectionModel } from '../connection/connection-model.ts';
import type { ILiveConnection } from '../tokens.ts';

/** Resolves at once while the server answers, else once it does again. */
export async function reachable(
  connection: Pick<ILiveConnection, 'status'>,
  model: ConnectionModel,
): Promise<void> {
  if (connection.status.kind === 'connected') return;
  await model.failed();
  if (model.state.kind === 'connected') return;
  await new Promise<void>((resolve) => {
    const heard = (): void => {
      model.changed.disconnect(heard);
      resolve();
    };
    model.changed.connect(heard);
  });
}

/**
 * A notebook that is opened without a server looks for its kernel once there is one: JupyterLab would raise a dialog that
 * no kernel can be started. Looking is the first thing that it does (SessionContext), and a kernel that runs is found then.
 */
export function findKernelsOnceReachable(
  sessions: ServiceManager.IManager['sessions'],
  whenReachable: () => Promise<void>,
): void {
  const refreshRunning = sessions.refreshRunning.bind(sessions);
  sessions.refreshRunning = async () => {
    await whenReachable();
    await refreshRunning();
  };
}
