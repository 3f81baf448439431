// Side by side with the real jupyter_server: each case on both servers in turn (and on bare ZeroMQ, the floor, where it
// applies), medians of several rounds, ratios. `npm run bench -- --only execute,flood --rounds 5`
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BareZeroMq } from './bare-zeromq.mjs';
import { echoExecute, execute } from './cases/execute.mjs';
import { fanOut } from './cases/fan-out.mjs';
import { echoFlood, flood, large, lines } from './cases/flood.mjs';
import { grid } from './cases/grid.mjs';
import { contents, labPage, rest } from './cases/rest.mjs';
import { JupyterClient } from './jupyter-client.mjs';
import { folder, installKernelspecs, removeFolder, startServer } from './servers.mjs';
import { median } from './statistics.mjs';

const cases = { execute, echoExecute, flood, echoFlood, lines, large, fanOut, rest, contents, labPage, grid };
const { values: options } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '5' } },
});
const names = options.only?.split(',') ?? ['start', ...Object.keys(cases)];
const rounds = Number(options.rounds);
const table = new Map();

function record(subject, results) {
  for (const [metric, value] of Object.entries(results)) {
    const row = table.get(metric) ?? {};
    (row[subject] ??= []).push(value);
    table.set(metric, row);
  }
}

const residentMegabytes = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

async function measureStart(name) {
  const server = await startServer(name);
  await sleep(1_000);
  record(name, {
    'start to first answer, ms': server.startMilliseconds,
    'idle memory, MB': residentMegabytes(server.pid),
  });
  await server.close();
}

const subjects = ['jupyter_server', 'In the Loop'];
const kernelspecs = installKernelspecs();
process.env.JUPYTER_PATH = `${folder}/share`;
if (names.includes('start')) {
  for (let round = 0; round < rounds; round++) for (const name of subjects) await measureStart(name);
}
const servers = [];
try {
  for (const name of subjects) servers.push(await startServer(name));
  const clients = [...servers.map((server) => new JupyterClient(server)), new BareZeroMq(kernelspecs)];
  for (let round = 0; round < rounds; round++) {
    for (const name of names.filter((name) => name in cases)) {
      const order = round % 2 ? [...clients].reverse() : clients;
      for (const client of order) {
        if (client instanceof BareZeroMq && !cases[name].floor) continue;
        console.error(`round ${round + 1}: ${name} on ${client.name}`);
        try {
          record(client.name, await cases[name].run(client));
        } catch (error) {
          console.error(`${name} on ${client.name} failed: ${error.message}`);
        }
      }
    }
  }
} finally {
  for (const server of servers) await server.close();
  removeFolder();
}

const columns = [...subjects, 'bare ZeroMQ'];
console.log(`| | ${columns.join(' | ')} | ours / jupyter_server | ours / bare |`);
console.log(`|---|${'---|'.repeat(columns.length + 2)}`);
for (const [metric, row] of table) {
  const [stock, ours, bare] = columns.map((column) => (row[column] ? median(row[column]) : undefined));
  const show = (value) => (value === undefined ? '' : value.toFixed(2));
  const ratio = (base) => (base && ours !== undefined ? (ours / base).toFixed(3) : '');
  console.log(
    `| ${metric} | ${show(stock)} | ${show(ours)} | ${show(bare)} | ${ratio(stock)} | ${ratio(bare)} |`,
  );
}
process.exit(0); // kernels of a server that lost messages may hold sockets open
