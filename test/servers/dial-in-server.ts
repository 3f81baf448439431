import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { HttpError } from '../../server/http-error.ts';
import { ServerDialInDesk } from '../../server/runtime-agents/dial-in-desk.ts';
import { linkUpgradeRoute } from '../../server/runtime-agents/link-route.ts';
import { VERSION } from '../../server/version.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** As much of our server as those need who dial in, and a network before it. */
export class DialInServer {
  readonly network: TcpProxy;
  desk: ServerDialInDesk;
  readonly #secret = randomBytes(16).toString('hex');
  readonly #server: Server;

  static async start(): Promise<DialInServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DialInServer(server, await startTcpProxy((server.address() as AddressInfo).port));
  }

  private constructor(server: Server, network: TcpProxy) {
    this.#server = server;
    this.network = network;
    this.desk = this.#makeDesk();
    const route = linkUpgradeRoute({ find: (key) => this.desk.find(key), logger: pino({ level: 'silent' }) });
    server.on('upgrade', (request, socket, head) => {
      const upgrade = { request, socket, head, parameters: [], query: new URLSearchParams() };
      try {
        void route.handleStranger?.(upgrade);
      } catch (error) {
        const status = error instanceof HttpError ? error.status : 500;
        socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      }
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.network.port}/`;
  }

  /** As another server that was started with the same secret. */
  startAnew(): void {
    this.desk.close();
    this.desk = this.#makeDesk();
  }

  async close(): Promise<void> {
    this.desk.close();
    await this.network.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #makeDesk(): ServerDialInDesk {
    const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };
    return new ServerDialInDesk({
      secret: this.#secret,
      url: () => this.url,
      programVersion: VERSION,
      log: quiet,
    });
  }
}
