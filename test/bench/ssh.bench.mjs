// What ssh adds to a kernel's round trip: `node test/bench/ssh.bench.mjs` after a build, on a machine with sshd. One cell after
// another, in turn on bare ZeroMQ, on a kernel of this machine's supervisor, and on kernels over the loopback in both modes of
// a place by ssh. No server stands before them.
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSshd, whyNoSshd } from '../servers/sshd.ts';
import { BareZeroMq } from './bare-zeromq.mjs';
import { Executions } from './execution.mjs';
import { median, percentile } from './statistics.mjs';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '300' } } });
const ROUNDS = Number(options.rounds);
const PROJECT = resolve(import.meta.dirname, '../..');
const PREFIX = join(PROJECT, '.venv');
const compiled = (file) => import(join(PROJECT, 'dist/kernel-bridge', file));

// Kernelspecs say `python`, and mean the environment's.
process.env.PATH = `${join(PREFIX, 'bin')}:${process.env.PATH}`;
const missing = whyNoSshd();
if (missing !== null) throw new Error(missing);
const { connectSupervisor } = await compiled('supervisor/connect-supervisor.js');
const { SshPlace } = await compiled('ssh/ssh-place.js');

const root = mkdtempSync(join(tmpdir(), 'ssh-bench-'));
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet };
const here = await connectSupervisor({
  stateDirectory: join(root, 'state'),
  socketFolder: root,
  programVersion: 'bench',
  idleSeconds: 1,
  log,
});
const sshd = await startSshd();

/** A kernel of a supervisor, here or elsewhere, asked as bare ZeroMQ is. */
class SupervisedKernel {
  #session = randomUUID();
  #executions = new Executions(this.#session);

  async launch(launch, kernelspec) {
    const listener = {
      message: (message, position) => {
        this.#executions.heard({
          channel: message.channel,
          header: message.header,
          parentHeader: message.parentHeader ?? {},
          content: message.frames[3],
        });
        this.kernel?.acknowledge(position);
      },
      lifecycle: quiet,
      refused: (_message, error) => {
        throw error;
      },
    };
    const request = {
      kernelId: randomUUID(),
      kernelspec,
      workingDirectory: root,
      sessionPath: null,
      environment: {},
      pythonPrefix: PREFIX,
      runtimeDirectory: join(root, 'runtime'),
    };
    this.kernel = await launch(request, listener);
    await this.kernel.ready();
    return this;
  }

  execute(code) {
    return this.#executions.start(code, (header, content) => {
      const frames = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
      this.kernel.send({ channel: 'shell', header, parentHeader: null, frames });
    });
  }
}

const places = ['direct', 'supervised'].map((mode) => {
  const folder = join(root, mode);
  mkdirSync(folder);
  writeFileSync(join(folder, 'known_hosts'), `${sshd.hostKeyLine}\n`);
  const settings = {
    host: '127.0.0.1',
    port: sshd.port,
    identityFile: sshd.identityFile,
    python: PREFIX,
    mode,
  };
  return new SshPlace({ id: mode, settings, here, log, folder, version: 'bench', configFiles: [] });
});
let bare;
try {
  const [direct, supervised] = places;
  const kernelspec = (await direct.kernelspecs()).find(({ name }) => name === 'python3');
  bare = await new BareZeroMq({ python3: join(PREFIX, 'share/jupyter/kernels/python3') }).startKernel();
  const kernels = {
    'bare ZeroMQ': bare,
    'this machine': await new SupervisedKernel().launch(
      (request, listener) => here.launch({ ...request, environment: { ...process.env } }, listener),
      kernelspec,
    ),
    'ssh, kernel alone': await new SupervisedKernel().launch((r, l) => direct.launch(r, {}, l), kernelspec),
    'ssh, supervisor there': await new SupervisedKernel().launch(
      (r, l) => supervised.launch(r, {}, l),
      kernelspec,
    ),
  };
  const times = Object.fromEntries(Object.keys(kernels).map((name) => [name, []]));
  for (let round = -20; round < ROUNDS; round += 1) {
    for (const [name, kernel] of Object.entries(kernels)) {
      const started = performance.now();
      await kernel.execute('pass');
      if (round >= 0) times[name].push(performance.now() - started);
      await sleep(2);
    }
  }
  const floor = median(times['bare ZeroMQ']);
  for (const [name, all] of Object.entries(times)) {
    const more = median(all) - floor;
    process.stdout.write(
      `${name.padEnd(24)} median ${median(all).toFixed(2)} ms (+${more.toFixed(2)} ms, ${(median(all) / floor).toFixed(2)} x)   p99 ${percentile(all, 0.99).toFixed(2)} ms\n`,
    );
  }
} finally {
  await bare?.stop();
  await here.end();
  for (const place of places) await place.end();
  await sshd.stop();
  rmSync(root, { recursive: true, force: true });
}
process.exit(0);
