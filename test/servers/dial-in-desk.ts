import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KernelLog } from '../../kernel-bridge/local/kernel-log.ts';
import { HttpError } from '../../server/http-error.ts';
import type { Logger } from '../../server/logger.ts';
import { ServerDialInDesk } from '../../server/runtime-agents/dial-in-desk.ts';
import { VERSION } from '../../server/version.ts';
import { linkUpgradeRoute } from '../../server/runtime-agents/link-route.ts';

/** The server's part in which supervisors dial in, in this process: all else of a server is left out. */
export async function startDialInDesk(
  log: KernelLog,
): Promise<{ readonly desk: ServerDialInDesk; readonly port: number; readonly close: () => void }> {
  const desk = new ServerDialInDesk({
    secret: randomUUID(),
    url: () => `http://127.0.0.1:${port}/`,
    programVersion: VERSION,
    log,
  });
  const route = linkUpgradeRoute({ find: (key) => desk.find(key), logger: log as Logger });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    try {
      void route.handleStranger?.({ request, socket, head, parameters: [], query: new URLSearchParams() });
    } catch (error) {
      const status = error instanceof HttpError ? error.status : 500;
      socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    desk,
    port,
    close() {
      desk.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
