import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMegabytes } from '../resident-memory.mjs';

const KERNELS = 32;
const MESSAGES = 50_000;

const bytesIn = (folder) =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

/** What kernels and the log cost: the server's memory for each kernel and, for ours, its disk for each message. */
export const cost = {
  async run(server) {
    const first = await server.startKernel('echo');
    await sleep(1_000);
    const before = residentMegabytes(server.pids);
    const kernels = [];
    for (let i = 0; i < KERNELS; i++) kernels.push(await server.startKernel('echo'));
    await sleep(1_000);
    const after = residentMegabytes(server.pids);
    for (const kernel of kernels) await kernel.stop();
    const memory = { 'server memory a kernel, kB': ((after - before) * 1024) / KERNELS };
    if (server.stateDirectory === null) {
      await first.stop();
      return memory;
    }
    const log = join(server.stateDirectory, 'events');
    const written = bytesIn(log);
    await first.execute(`${MESSAGES} 1000`);
    await sleep(3_000); // LevelDB compresses behind the writers
    const bytes = bytesIn(log) - written;
    await first.stop();
    return {
      ...memory,
      'disk a message of 1 kB, bytes': bytes / MESSAGES,
    };
  },
};
