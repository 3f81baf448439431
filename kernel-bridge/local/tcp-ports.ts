import { createServer, type Server } from 'node:net';

/**
 * Free ports of the loopback, found by binding port 0. A port given to a kernel is not given to a second one while
 * the first, which may not have bound it yet, lives.
 */
export class TcpPorts {
  readonly #given = new Set<number>();

  async take(count: number): Promise<number[]> {
    const probes: Server[] = [];
    const ports: number[] = [];
    try {
      while (ports.length < count) {
        const probe = createServer();
        // Held until all are found, so that none is found twice.
        probes.push(probe);
        const port = await listen(probe);
        if (this.#given.has(port)) continue;
        this.#given.add(port);
        ports.push(port);
      }
      return ports;
    } catch (error) {
      this.giveBack(ports);
      throw error;
    } finally {
      await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
    }
  }

  /** For a kernel that has them already. */
  hold(ports: readonly number[]): void {
    for (const port of ports) this.#given.add(port);
  }

  giveBack(ports: readonly number[]): void {
    for (const port of ports) this.#given.delete(port);
  }
}

/** Shared by everything in this process that needs ports for kernels. */
export const tcpPorts = new TcpPorts();

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new TypeError('a TCP server has a port'));
      else resolve(address.port);
    });
  });
}
