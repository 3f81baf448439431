import { percentile } from '../statistics.mjs';

async function roundTrips(server, kernelspec, code, count) {
  const kernel = await server.startKernel(kernelspec);
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await kernel.execute(code);
    times.push(performance.now() - start);
  }
  await kernel.stop();
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

export const execute = {
  floor: true,
  async run(server) {
    const { p50, p99 } = await roundTrips(server, 'python3', '1+1', 400);
    return { 'execute 1+1, p50 ms': p50, 'execute 1+1, p99 ms': p99 };
  },
};

/** An instant kernel, so that the server is measured and not Python. */
export const echoExecute = {
  floor: true,
  async run(server) {
    const { p50, p99 } = await roundTrips(server, 'echo', '0 0', 1000);
    return { 'instant kernel, p50 ms': p50, 'instant kernel, p99 ms': p99 };
  },
};
