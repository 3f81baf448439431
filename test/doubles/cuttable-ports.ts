import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to some sockets of this machine that can be cut and mended: what is under way when it is cut is lost. */
export class CuttablePorts {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  /** @returns the way, and the ports by which each of the sockets is reached through it, in order */
  static async to(paths: readonly string[]): Promise<{ way: CuttablePorts; ports: readonly number[] }> {
    const way = new CuttablePorts();
    return { way, ports: await Promise.all(paths.map((path) => way.#listen(path))) };
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    for (const server of this.#servers) server.close();
  }

  async #listen(target: string): Promise<number> {
    let wasThere = false;
    const server = createServer((near) => {
      if (this.#isCut) return near.destroy();
      const far = connect(target);
      far.once('connect', () => (wasThere = true));
      // Where nobody listens any more, nobody does at this end either.
      far.once('error', ({ code }: NodeJS.ErrnoException) => {
        if (code === 'ECONNREFUSED' && wasThere) server.close();
      });
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => undefined); // `close` follows.
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
}
