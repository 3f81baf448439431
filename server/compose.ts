import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventLog } from '../event-log/event-log.ts';
import type { JupyterPaths } from './jupyter-paths.ts';
import type { Logger } from './logger.ts';
import type { ServerSettings } from './settings.ts';

/** A server that listens. */
export interface RunningServer {
  /** The one asked for, or the one that was picked for 0. */
  readonly port: number;
  /** Where a person reaches it, with the base URL and without a token: `http://127.0.0.1:8888/`. */
  readonly url: string;
  /** Ends kernels and terminals, closes all sockets. Idempotent. The event log is the caller's to close. */
  close(): Promise<void>;
}

/**
 * Puts the server together and listens.
 * @param deps.shutdown asks for the whole process to stop (`POST /api/shutdown`)
 * @throws the listening socket's own error (EADDRINUSE and the like), with nothing left open
 */
export async function startServer(deps: {
  readonly settings: ServerSettings;
  readonly paths: JupyterPaths;
  readonly log: EventLog;
  readonly logger: Logger;
  shutdown(): void;
}): Promise<RunningServer> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  server.listen(deps.settings.port, deps.settings.ip);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${deps.settings.ip}:${port}${deps.settings.baseUrl}`,
    async close() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
