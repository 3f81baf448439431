import { randomUUID } from 'node:crypto';
import { median } from '../statistics.mjs';

const REQUESTS = 3_000;
const PARALLEL = 16;

async function time(action) {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

async function times(count, action) {
  const all = [];
  for (let i = 0; i < count; i++) all.push(await time(action));
  return all;
}

export const rest = {
  async run(server) {
    let asked = 0;
    const worker = async () => {
      while (asked++ < REQUESTS) await server.request('GET', '/api/status');
    };
    const milliseconds = await time(() => Promise.all(Array.from({ length: PARALLEL }, worker)));
    return { 'GET /api/status x16, requests/s': (REQUESTS / milliseconds) * 1000 };
  },
};

export const contents = {
  async run(server) {
    const cell = (i) => ({
      cell_type: 'code',
      id: `c${i}`,
      metadata: {},
      execution_count: i,
      source: 'print(1)\n'.repeat(10),
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'x'.repeat(20_000) }],
    });
    const content = {
      cells: Array.from({ length: 500 }, (_, i) => cell(i)),
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    };
    const path = `/api/contents/bench-${randomUUID()}.ipynb`;
    const save = await time(() => server.request('PUT', path, { type: 'notebook', format: 'json', content }));
    const open = await times(5, () => server.request('GET', `${path}?content=1`));
    const list = await times(200, () => server.request('GET', '/api/contents/?content=1'));
    await server.request('DELETE', path);
    return {
      'save 10 MB notebook, ms': save,
      'open 10 MB notebook, ms': median(open),
      'list a folder, p50 ms': median(list),
    };
  },
};

export const labPage = {
  async run(server) {
    const all = await times(20, () => server.request('GET', `/lab?token=${server.token}`));
    return { 'lab page, p50 ms': median(all) };
  },
};
