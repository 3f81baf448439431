import { joinWebSocket } from '../../../../kernel-bridge/hosted/link/join-websocket.ts';
import { HostSupervisor } from '../../../../kernel-bridge/hosted/link/host-supervisor.ts';
import type { Host } from '../../../../kernel-bridge/hosted/link/host.ts';
import type { HostDatabase, HostRecord } from './host-database.ts';
import { HostLink } from './host-link.ts';
import { consoleLog } from './console-log.ts';
import { IndexedSpool } from './indexed-spool.ts';
import type { HostSettings } from './page-talk.ts';

/**
 * Connects as a host whose page is gone, and resolves once the server has all that it left.
 * @param opened called with the host while it does so
 * @throws Error where the server wants nothing of it
 */
export async function handOverLeft(
  database: HostDatabase,
  { hostId, secret, title }: HostRecord,
  { linkUrl }: Pick<HostSettings, 'linkUrl'>,
  opened: (host: Host) => void,
): Promise<void> {
  let done = (): void => undefined;
  const isEmpty = new Promise<void>((resolve) => (done = resolve));
  const host = new HostSupervisor({
    startKernel: null,
    spool: new IndexedSpool(database, hostId),
    observer: {
      stateChanged: () => undefined,
      message: () => undefined,
      unshared: () => undefined,
      empty: done,
    },
    log: consoleLog,
  });
  await host.open();
  opened(host);
  let refused = (_error: Error): void => undefined;
  const isRefused = new Promise<never>((_, reject) => (refused = reject));
  const link = new HostLink({ hostId, secret, title, linkUrl }, true, {
    accepted: (socket) => joinWebSocket(socket, (pipe) => host.join(pipe)),
    changed: (connection) => {
      if (connection.kind !== 'refused') return;
      // The server has given its kernels up: nobody wants what is left of them.
      if (connection.reason === 'revoked') done();
      else refused(new Error(connection.message));
    },
  });
  link.connect();
  try {
    await Promise.race([isEmpty, isRefused]);
  } finally {
    link.close();
    host.close();
  }
}
