import type { ILiveDocuments } from '../tokens.ts';
import type { PageRuntime } from './page-runtime.ts';

/**
 * Has the host hand over what its kernels said only while the server has what was typed on this page: the cells that it is
 * for may have been made while the server was away.
 */
export function shareWhenSynchronised(runtime: PageRuntime, live: ILiveDocuments): void {
  const { connection } = live;
  let wasLost = connection.status.kind !== 'connected';
  let turn = 0;
  if (wasLost && runtime.isStarted) runtime.say({ type: 'documents', areShared: false });
  connection.statusChanged.connect((_, { kind }) => {
    turn += 1;
    if (kind !== 'connected') {
      if (!wasLost && runtime.isStarted) runtime.say({ type: 'documents', areShared: false });
      wasLost = true;
      return;
    }
    const now = turn;
    const isBack = wasLost;
    wasLost = false;
    if (!isBack || !runtime.isStarted) return;
    runtime.say({ type: 'connect', isAnew: true });
    void allAcknowledged(live).then(() => {
      if (turn === now) runtime.say({ type: 'documents', areShared: true });
    });
  });
}

async function allAcknowledged(live: ILiveDocuments): Promise<void> {
  await Promise.all(live.documents.map((document) => document.acknowledged()));
}

/** Resolves once there is a connection, and the server has what is open on this page by then. */
export async function whenSynchronised(live: ILiveDocuments): Promise<void> {
  const { connection } = live;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (connection.status.kind !== 'connected') return;
      connection.statusChanged.disconnect(look);
      resolve();
    };
    connection.statusChanged.connect(look);
    look();
  });
  await allAcknowledged(live);
}
