import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalLauncher } from '../../kernel-bridge/local/local-launcher.ts';
import type { PyodideSettings } from '../../kernel-bridge/pyodide/pyodide-settings.ts';
import { answers, contentOf, KernelClient } from '../doubles/kernel-client.ts';
import { pyodideLaunch } from '../servers/pyodide-launch.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };
const MIB = 1024 ** 2;
let root: string;
let launcher: LocalLauncher;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'pyodide-')));
  launcher = new LocalLauncher({ log: quiet, folder: join(root, 'kernels') });
});
afterEach(async () => {
  await launcher.close();
  await rm(root, { recursive: true });
});

async function start(settings: Partial<PyodideSettings> = {}) {
  const client = new KernelClient();
  const kernel = await launcher.launch(await pyodideLaunch(root, settings), client.listener);
  client.attach(kernel);
  return { client, kernel };
}
/** What it printed, or how it failed. */
async function outcome(client: KernelClient, code: string): Promise<string> {
  const { reply, text } = await client.run(code);
  return reply['status'] === 'ok' ? text : `${String(reply['ename'])}: ${String(reply['evalue'])}`;
}

test("[PY4] memory of JavaScript: the process ends, and says that it was that, and the next one's there", async () => {
  const { client } = await start({ memory: 200 * MIB });
  await outcome(client, 'from pyodide.code import run_js');
  client.execute('run_js("const all = []; for (;;) all.push([all.length, {}])")');
  const { exit } = (await client.listener.untilLifecycle('died')) as { exit: { stderrTail: string } };
  // Node ends the thread, and says so; or V8 was faster, and ends the process.
  expect(exit.stderrTail).toMatch(/JavaScript in the kernel ran out of memory|JavaScript heap out of memory/);
  expect(await outcome(client, 'print("on")')).toBe('on\n');
});

test('[E2] a loop that hears no interrupt is ended by a restart', async () => {
  const { client, kernel } = await start();
  await outcome(client, 'from pyodide.code import run_js');
  const id = client.execute('print("on"); run_js("for (;;);")');
  await client.listener.untilMessage((m) => answers(m, id) && contentOf(m)['code'] !== undefined);
  await kernel.interrupt();
  expect(await kernel.restart()).toBeUndefined();
  expect(await outcome(client, 'print("on")')).toBe('on\n');
});
