/**
 * How long a kernel of Pyodide takes from its launch until it is ready (it has answered, and is heard), and then its first
 * `1 + 1` with IPython, against what a bare `loadPyodide` needs in a worker thread of a new process; one after the other, in turns.
 *   npm run build && node test/bench/pyodide.bench.mjs [ROUNDS]
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LocalLauncher } from '../../dist/kernel-bridge/local/local-launcher.js';
import { pyodideKernelspec } from '../../dist/kernel-bridge/pyodide/pyodide-kernelspec.js';

const ROUNDS = Number(process.argv[2] ?? 7);
const folder = mkdtempSync(join(tmpdir(), 'pyodide-bench-'));
const log = { debug() {}, info() {}, warn() {} };
const plain = { distribution: null, packages: null, network: false, memory: null, files: false };
const kernelspec = pyodideKernelspec(plain);
async function bare() {
  const worker = join(import.meta.dirname, 'bare-pyodide.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [worker]);
  return Number(stdout);
}

async function ours() {
  const launcher = new LocalLauncher({ log, folder: join(folder, 'kernels') });
  let heard = () => {};
  const listener = { message: (message) => heard(message), lifecycle() {} };
  const from = performance.now();
  const kernel = await launcher.launch(
    {
      kernelId: randomUUID(),
      kernelspec,
      workingDirectory: folder,
      sessionPath: null,
      environment: {},
      pythonPrefix: folder,
      runtimeDirectory: join(folder, 'runtime'),
    },
    listener,
  );
  await kernel.ready();
  const ready = performance.now() - from;
  const header = {
    msg_id: randomUUID(),
    msg_type: 'execute_request',
    session: randomUUID(),
    username: '',
    date: new Date().toISOString(),
    version: '5.4',
  };
  const content = {
    code: '1 + 1',
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
  };
  const frames = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
  const result = new Promise((resolve) => {
    heard = ({ header }) => header.msg_type === 'execute_result' && resolve();
  });
  kernel.send({ channel: 'shell', header, parentHeader: null, frames });
  await result;
  const first = performance.now() - from - ready;
  await launcher.close();
  return { ready, first };
}

const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rounds = [];
for (let round = 0; round < ROUNDS; round++) rounds.push({ bare: await bare(), ...(await ours()) });
rmSync(folder, { recursive: true });
const of = (name) => middle(rounds.map((round) => round[name]));
console.log(`bare loadPyodide in a worker   ${of('bare').toFixed(0)} ms`);
console.log(`kernel: launch to ready        ${of('ready').toFixed(0)} ms`);
console.log(`        first 1 + 1 after that ${of('first').toFixed(0)} ms`);
console.log(
  `ready / bare                   ${middle(rounds.map(({ ready, bare }) => ready / bare)).toFixed(2)}`,
);
process.exit(0);
