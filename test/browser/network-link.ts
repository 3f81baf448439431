import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * A network between a browser and a server, which can be cut and mended: while it is cut, open connections break off
 * and new ones are refused.
 */
export class NetworkLink {
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  /** The paths that were asked of the server, as far as a request began with a packet, which a browser's short ones do. */
  readonly asked: string[] = [];

  private constructor(
    private readonly server: Server,
    targetPort: number,
  ) {
    server.on('connection', (near) => {
      if (this.#isCut) return void near.resetAndDestroy();
      const far = connect(targetPort, '127.0.0.1');
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        // A connection that breaks is what this is for: the other half is closed below.
        socket.on('error', () => undefined);
        socket.once('close', () => {
          this.#sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.on('data', (bytes) => {
        const path = /^GET (\S+) HTTP\/1\.1\r\n/.exec(bytes.toString('latin1', 0, 1_000))?.[1];
        if (path !== undefined) this.asked.push(path);
      });
      near.pipe(far);
      far.pipe(near);
    });
  }

  /** @param origin `http://127.0.0.1:PORT` of the server */
  static async to(origin: string): Promise<NetworkLink> {
    const server = createServer();
    const link = new NetworkLink(server, Number(new URL(origin).port));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return link;
  }

  /** What the browser opens instead of the server's own. */
  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
