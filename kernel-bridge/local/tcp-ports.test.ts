import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { TcpPorts } from './tcp-ports.ts';

describe('TcpPorts', () => {
  test('[T5] gives each port once, to many who ask at the same time, until it is given back', async () => {
    const ports = new TcpPorts();
    const taken = (await Promise.all(Array.from({ length: 40 }, () => ports.take(5)))).flat();
    expect(new Set(taken).size).toBe(200);
    ports.giveBack(taken);
    expect(await ports.take(5)).toHaveLength(5);
  });

  test('[T5] gives ports that are free', async () => {
    const [port] = await new TcpPorts().take(1);
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    await new Promise((resolve) => server.close(resolve));
  });
});
