/**
 * A hundred machines that dial in, with three idle kernels each: what a kernel costs the server, and how long it takes
 * until all is as before when the server was killed and started anew. The agents and their supervisors are real, and so
 * are their websockets; kernels are scripted, and all of them run in this process.
 *   npm run build && node test/bench/dial-in.bench.mjs
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from '../../dist/kernel-bridge/agent/agent.js';
import { ClientSession } from '../../dist/kernel-bridge/supervisor/client-session.js';
import { Supervisor } from '../../dist/kernel-bridge/supervisor/supervisor.js';
import { VERSION } from '../../dist/server/version.js';
import { startBuiltServer } from './built-server.mjs';
import { residentMegabytes } from './resident-memory.mjs';

const MACHINES = Number(process.argv[2] ?? 100);
const KERNELS = 3;
/** What each kernel says while the server is down. */
const MESSAGES = 50;
const folder = mkdtempSync(join(tmpdir(), 'dial-in-bench-'));
const log = { debug() {}, info() {}, warn() {} };

const spec = {
  argv: ['none'],
  display_name: 'Scripted',
  language: 'none',
  env: {},
  interrupt_mode: 'message',
  metadata: {},
};
const frame = (value) => Buffer.from(JSON.stringify(value));
const headerOf = (type, session) => ({
  msg_id: randomUUID(),
  msg_type: type,
  session,
  username: 'kernel',
  date: new Date().toISOString(),
  version: '5.3',
});
function spoken(type, content, channel = 'iopub', parent = null) {
  const header = headerOf(type, 'kernel');
  const frames = [frame(header), frame(parent ?? {}), frame({}), frame(content)];
  return { channel, header, parentHeader: parent, frames };
}

/** A supervisor of ours, of a machine of its own, with kernels that have no process. */
class Machine {
  listeners = new Map();
  supervisor = new Supervisor({
    launcher: {
      launch: (request, listener) => {
        this.listeners.set(request.kernelId, listener);
        return Promise.resolve({
          request,
          id: request.kernelId,
          specName: 'scripted',
          pid: null,
          connectionFile: null,
          ready: () => Promise.resolve({ status: 'ok' }),
          send: () => undefined,
          shutdown: () => Promise.resolve(),
          beats: () => Promise.resolve(true),
          pause() {},
          resume() {},
        });
      },
      records: () => Promise.resolve([]),
      detach: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
    folder: mkdtempSync(join(folder, 'machine-')),
    programVersion: VERSION,
    log,
    onNeeded() {},
    onEnded() {},
  });

  constructor(server, key) {
    this.agent = new Agent({
      ...{ server, key, programVersion: VERSION, machineId: randomUUID() },
      describe: () =>
        Promise.resolve({
          name: 'bench',
          hostname: 'bench',
          platform: 'linux',
          labels: {},
          cpus: 1,
          load: 0,
          memory: 1,
          memoryFree: 1,
          homeDirectory: '/',
          runtimeDirectory: '/',
          pythonPrefix: '/',
          kernelspecs: [{ name: 'scripted', resourceDirectory: '/', prefix: null, spec }],
        }),
      tell: () => undefined,
      relay: (joinServer) => this.#relay(joinServer),
    });
    void this.agent.run(new globalThis.AbortController().signal);
  }

  #relay(joinServer) {
    return new Promise((resolve) => {
      joinServer((pipe) => {
        const session = new ClientSession(pipe, this.supervisor, log);
        this.supervisor.join(session);
        return {
          receive: (chunk) => session.receive(chunk),
          drained: () => session.drained(),
          closed() {
            session.closed();
            resolve();
          },
        };
      });
    });
  }

  say(text) {
    for (const listener of this.listeners.values())
      listener.message(spoken('stream', { name: 'stdout', text }));
  }

  async unrecorded() {
    const { result } = await this.supervisor.answer(null, 0, { do: 'status' });
    return result.kernels.reduce((sum, { unacknowledged }) => sum + unacknowledged, 0);
  }
}

async function until(what, test) {
  for (const limit = Date.now() + 120_000; !(await test()); await sleep(50))
    if (Date.now() > limit) throw new Error(`in vain: ${what}`);
}
const connected = async ({ ask }) =>
  (await ask('GET', '/api/in-the-loop/v1/runtime-agents')).agents.filter(({ isConnected }) => isConnected)
    .length;

const machines = [];
let server = await startBuiltServer(folder);

/** So many machines, each with its kernels, at rest. */
async function connect(count) {
  const ids = [];
  while (machines.length < count) {
    const title = `Machine ${machines.length}`;
    const made = await server.ask('POST', '/api/in-the-loop/v1/runtime-agents', { title });
    ids.push(made.agent.id);
    machines.push(new Machine(new URL(server.origin), made.key));
  }
  await until('all connected', async () => (await connected(server)) === count);
  await until('all kernelspecs', async () => {
    const { kernelspecs } = await server.ask('GET', '/api/kernelspecs');
    return ids.every((id) => `${id}.scripted` in kernelspecs);
  });
  for (let round = 0; round < KERNELS; round++)
    for (const id of ids) await server.ask('POST', '/api/kernels', { name: `${id}.scripted` });
  for (const machine of machines.slice(-ids.length)) machine.say('hello\n');
  // The server gives back what it needed only to get here once it has been quiet for a while.
  await sleep(30_000);
}

try {
  await sleep(5000);
  const bare = residentMegabytes([server.child.pid]);
  // What the first ones bring with them is loaded once: code, and V8's room for what comes and goes.
  const first = Math.round(MACHINES / 5);
  await connect(first);
  const warm = residentMegabytes([server.child.pid]);
  await connect(MACHINES);
  const held = residentMegabytes([server.child.pid]);
  const each = ((held - warm) * 1024) / ((MACHINES - first) * KERNELS);
  console.log(`${MACHINES} machines, ${MACHINES * KERNELS} kernels`);
  console.log(
    `server: ${bare.toFixed(0)} MB without, ${warm.toFixed(0)} MB with ${first * KERNELS} kernels, ${held.toFixed(0)} MB with all: ${each.toFixed(0)} kB for each more`,
  );

  const { port } = new URL(server.origin);
  server.child.kill('SIGKILL');
  for (let index = 0; index < MESSAGES; index++) for (const machine of machines) machine.say(`${index}\n`);
  await sleep(3000);
  const asked = performance.now();
  server = await startBuiltServer(folder, port);
  const started = performance.now();
  await until('all connected again', async () => (await connected(server)) === MACHINES);
  const back = performance.now();
  await until('all recorded', async () => {
    const left = await Promise.all(machines.map((machine) => machine.unrecorded()));
    return left.every((count) => count === 0);
  });
  const recorded = performance.now();
  const { length } = await server.ask('GET', '/api/kernels');
  console.log(`server killed and started anew: it listens after ${((started - asked) / 1000).toFixed(1)} s`);
  console.log(`all machines connected ${((back - started) / 1000).toFixed(1)} s after that,`);
  console.log(
    `all that ${length} kernels said meanwhile (${MACHINES * KERNELS * MESSAGES} messages) recorded after ${((recorded - started) / 1000).toFixed(1)} s`,
  );
} finally {
  server.child.kill('SIGKILL');
  await sleep(500);
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
