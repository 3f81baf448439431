/**
 * From the click that opens a notebook to its first output: POST /api/sessions, the kernel's websocket, `print(1)`, with a
 * warm kernel and without, in turns on two servers beside each other; each kernel is ended before the next is asked for.
 *   npm run build && node test/bench/warm-pool.bench.mjs [rounds] [kernelspec]
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { startBuiltServer } from './built-server.mjs';
import { median, percentile } from './statistics.mjs';

const ROUNDS = Number(process.argv[2] ?? 15);
const KERNELSPEC = process.argv[3] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'warm-pool-bench-'));

function startServer(name, ...more) {
  mkdirSync(join(folder, name, 'root', 'a'), { recursive: true });
  return startBuiltServer(join(folder, name), 0, more);
}

/** Milliseconds to the first output; the kernel is ended. */
async function firstOutput({ origin, token, ask }, round) {
  const path = `a/${round}.ipynb`;
  const begin = performance.now();
  const session = await ask('POST', '/api/sessions', {
    ...{ path, name: path, type: 'notebook' },
    kernel: { name: KERNELSPEC },
  });
  const id = randomUUID();
  const url = `${origin.replace('http', 'ws')}/api/kernels/${session.kernel.id}/channels?session_id=${id}`;
  const socket = new WebSocket(url, { headers: { authorization: `token ${token}` } });
  const took = await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', (data) => {
      if (JSON.parse(data).header.msg_type === 'stream') resolve(performance.now() - begin);
    });
    socket.once('open', () => {
      const header = { msg_id: randomUUID(), msg_type: 'execute_request', username: '', session: id };
      const content = { code: 'print(1)', silent: false, store_history: true, allow_stdin: false };
      const rest = { parent_header: {}, metadata: {}, channel: 'shell', buffers: [] };
      socket.send(JSON.stringify({ header: { ...header, date: '', version: '5.3' }, content, ...rest }));
    });
  });
  socket.terminate();
  await ask('DELETE', `/api/sessions/${session.id}`);
  return took;
}

async function untilWaiting({ ask }) {
  while ((await ask('GET', '/api/in-the-loop/v1/runtimes')).warm[0]?.waiting !== 1) await sleep(50);
  // What has just been started settles.
  await sleep(300);
}

const [cold, warm] = await Promise.all([
  startServer('cold'),
  startServer('warm', '--warm-kernels', `${KERNELSPEC}=1`),
]);
const taken = { cold: [], warm: [] };
try {
  for (let round = -1; round < ROUNDS; round += 1) {
    await untilWaiting(warm);
    const times = { cold: await firstOutput(cold, round), warm: await firstOutput(warm, round) };
    // The first is for what is loaded once.
    if (round >= 0) for (const which of ['cold', 'warm']) taken[which].push(times[which]);
  }
} finally {
  await Promise.all([cold.end(), warm.end()]);
  rmSync(folder, { recursive: true, force: true });
}
for (const which of ['cold', 'warm']) {
  const [middle, high] = [median(taken[which]), percentile(taken[which], 0.9)];
  console.log(
    `${which}: ${middle.toFixed(0)} ms at the median, ${high.toFixed(0)} ms at the 90th percentile`,
  );
}
const ratio = median(taken.warm) / median(taken.cold);
console.log(`ratio ${ratio.toFixed(3)}; ${ROUNDS} rounds of ${KERNELSPEC}; load ${loadavg()[0].toFixed(1)}`);
