/* global setInterval, clearInterval */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMegabytes, writtenBytes } from '../resident-memory.mjs';

const GIGABYTE = 2 ** 30;
/** Base64 of random bytes, which the log's Snappy cannot make smaller; each line differs. */
const CODE = `
import base64, os
for _ in range(${GIGABYTE / 2 ** 14}):
    print(base64.b64encode(os.urandom(3 * 2 ** 12)).decode()[:-1])
`;

function bytesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** 1 GB of printed text that does not get smaller: our memory at its highest, what is written, and what is kept. */
export const print = {
  oursAlone: true,
  async run(server) {
    const kernel = await server.startKernel('python3');
    const { pids, stateDirectory } = server;
    const [writtenBefore, keptBefore] = [writtenBytes(pids), bytesIn(stateDirectory)];
    let highest = 0;
    const looking = setInterval(() => (highest = Math.max(highest, residentMegabytes(pids))), 50);
    const start = performance.now();
    const { textLength } = await kernel.execute(CODE, 600_000);
    const seconds = (performance.now() - start) / 1000;
    let before = 0;
    // Until LevelDB has sorted, and spools are gone.
    for (let now = writtenBytes(pids); now !== before; before = now, now = writtenBytes(pids))
      await sleep(3_000);
    clearInterval(looking);
    const result = {
      'print 1 GB, s': seconds,
      'print 1 GB, characters lost': GIGABYTE - textLength,
      'print 1 GB, most memory of all processes, MB': highest,
      'print 1 GB, bytes written for each byte printed': (before - writtenBefore) / GIGABYTE,
      'print 1 GB, bytes kept for each byte printed': (bytesIn(stateDirectory) - keptBefore) / GIGABYTE,
    };
    await kernel.stop();
    return result;
  },
};
