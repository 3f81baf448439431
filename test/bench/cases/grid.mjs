import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../statistics.mjs';

const SECONDS = 10;
const GRID = [
  [16, 10],
  [64, 10],
  [16, 100],
];

async function measure(server, kernelCount, rate) {
  const kernels = [];
  for (let i = 0; i < kernelCount; i++) kernels.push(await server.startKernel('echo'));
  const times = [];
  let sent = 0;
  const start = performance.now();
  await Promise.all(
    kernels.map(async (kernel) => {
      const mine = [];
      for (let i = 0; i < SECONDS * rate; i++) {
        const wait = start + (i * 1000) / rate - performance.now();
        if (wait > 0) await sleep(wait);
        sent++;
        const began = performance.now();
        const answered = () => times.push(performance.now() - began);
        const unanswered = () => undefined; // counted as sent and not answered
        mine.push(kernel.execute('1 200', 30_000).then(answered, unanswered));
      }
      await Promise.all(mine);
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const kernel of kernels) await kernel.stop();
  const label = `grid ${kernelCount} kernels x ${rate}/s`;
  return {
    [`${label}, executions/s`]: times.length / seconds,
    [`${label}, p99 ms`]: percentile(times, 0.99),
    [`${label}, unanswered`]: sent - times.length,
  };
}

/** Many kernels, each asked `rate` times a second, five messages an execution (the grid of Zasper's benchmark). */
export const grid = {
  async run(server) {
    let results = {};
    for (const [kernelCount, rate] of GRID)
      results = { ...results, ...(await measure(server, kernelCount, rate)) };
    return results;
  },
};
