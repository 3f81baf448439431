// Side by side with the real jupyter_server: each case on both servers in turn (and on bare ZeroMQ, the floor, where it
// applies), medians of several rounds, ratios. `npm run bench -- --only execute,flood --rounds 5`
import { availableParallelism, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BareZeroMq } from './bare-zeromq.mjs';
import { collab } from './cases/collab.mjs';
import { cost } from './cases/cost.mjs';
import { echoExecute, execute } from './cases/execute.mjs';
import { fanOut } from './cases/fan-out.mjs';
import { echoFlood, flood, large, lines } from './cases/flood.mjs';
import { grid } from './cases/grid.mjs';
import { largeLog } from './cases/large-log.mjs';
import { print } from './cases/print.mjs';
import { contents, labPage, rest } from './cases/rest.mjs';
import { JupyterClient } from './jupyter-client.mjs';
import { residentMegabytes } from './resident-memory.mjs';
import {
  folder,
  installKernelspecs,
  JUPYTER_SERVER,
  OURS,
  RELAY,
  removeFolder,
  startServer,
  UNLIMITED,
} from './servers.mjs';
import { median } from './statistics.mjs';

const cases = {
  execute,
  echoExecute,
  flood,
  echoFlood,
  lines,
  large,
  fanOut,
  rest,
  contents,
  labPage,
  grid,
  cost,
  print,
  largeLog,
  collab,
};
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

async function measureStart(name) {
  const server = await startServer(name);
  await sleep(1_000);
  record(name, {
    'start to first answer, ms': server.startMilliseconds,
    'idle memory, MB': residentMegabytes(server.pids),
  });
  await server.close();
}

const measured = names.filter((name) => name in cases);
const subjects = [JUPYTER_SERVER, OURS];
// jupyter_server drops what comes faster than 1,000 messages/s: floods are compared with one that does not, too.
const servers = measured.some((name) => cases[name].unlimited) ? [...subjects, UNLIMITED] : subjects;
const kernelspecs = installKernelspecs();
process.env.JUPYTER_PATH = `${folder}/share`;
if (names.includes('start')) {
  for (let round = 0; round < rounds; round++) for (const name of subjects) await measureStart(name);
}
const running = [];
try {
  for (const name of measured.length > 0 ? servers : []) running.push(await startServer(name));
  const clients = [
    ...running.map((server) => new JupyterClient(server)),
    new BareZeroMq(kernelspecs),
    { name: RELAY },
  ];
  for (let round = 0; round < rounds; round++) {
    for (const name of measured) {
      const order = round % 2 ? [...clients].reverse() : clients;
      for (const client of order) {
        if (client instanceof BareZeroMq && !cases[name].floor) continue;
        if ((client.name === RELAY) !== (cases[name].relay === true) && client.name !== OURS) continue;
        if (client.name === UNLIMITED && !cases[name].unlimited) continue;
        if (client.name !== OURS && cases[name].oursAlone) continue;
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
  for (const server of running) await server.close();
  removeFolder();
}

const BARE = 'bare ZeroMQ';
const columns = [...subjects, UNLIMITED, BARE, RELAY];
const others = columns.filter((column) => column !== OURS);
const memory = (totalmem() / 2 ** 30).toFixed(0);
console.log(`${availableParallelism()} cores, ${memory} GB; medians of ${rounds} rounds\n`);
console.log(`| | ${[...columns, ...others.map((column) => `ours / ${column}`)].join(' | ')} |`);
console.log(`|---|${'---|'.repeat(columns.length + others.length)}`);
for (const [metric, row] of table) {
  const values = Object.fromEntries(columns.map((column) => [column, row[column] && median(row[column])]));
  const cells = [
    ...columns.map((column) => values[column]?.toFixed(2) ?? ''),
    ...others.map((column) =>
      values[column] && values[OURS] !== undefined ? (values[OURS] / values[column]).toFixed(3) : '',
    ),
  ];
  console.log(`| ${metric} | ${cells.join(' | ')} |`);
}
process.exit(0); // kernels of a server that lost messages may hold sockets open
