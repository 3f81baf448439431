import { setTimeout as sleep } from 'node:timers/promises';
import { KernelClient } from '../jupyter-client.mjs';

const CLIENTS = 20;
const MESSAGES = 2_000;
const LIMIT = 60_000;

export const fanOut = {
  unlimited: true,
  async run(server) {
    const kernel = await server.startKernel();
    const received = Array(CLIENTS).fill(0);
    let finish;
    const finished = new Promise((resolve) => (finish = resolve));
    const watchers = [];
    for (let i = 0; i < CLIENTS; i++) {
      const watcher = new KernelClient(server, kernel.id);
      await watcher.connect();
      watcher.onMessage = ({ header }) => {
        if (header.msg_type !== 'display_data') return;
        received[i]++;
        if (received.every((count) => count === MESSAGES)) finish();
      };
      watchers.push(watcher);
    }
    // Stock servers connect one subscription a client; it takes effect a moment after the socket is open.
    await sleep(1_500);
    const start = performance.now();
    const run = kernel.execute(
      `from IPython.display import publish_display_data as publish\nfor _ in range(${MESSAGES}): publish({'text/plain': 'x' * 1000})`,
    );
    await Promise.race([finished, sleep(LIMIT)]);
    const seconds = (performance.now() - start) / 1000;
    await run.catch(() => undefined); // a server that drops the idle status is already counted as losing messages
    for (const watcher of watchers) watcher.disconnect();
    await kernel.stop();
    const delivered = received.reduce((sum, count) => sum + count, 0);
    return {
      'fan-out to 20, messages/s': delivered / seconds,
      'fan-out, lost': CLIENTS * MESSAGES - delivered,
    };
  },
};
