import { afterEach, beforeEach, expect, test } from 'vitest';
import { answers, contentOf } from '../doubles/kernel-client.ts';
import { outcome, PyodideKernels } from '../servers/pyodide-kernels.ts';

const MIB = 1024 ** 2;
let kernels: PyodideKernels;
beforeEach(async () => {
  kernels = await PyodideKernels.open();
});
afterEach(() => kernels.close());

test("[PY4] memory of JavaScript: the process ends, and says that it was that, and the next one's there", async () => {
  const { client } = await kernels.start({ memory: 200 * MIB });
  await outcome(client, 'from pyodide.code import run_js');
  client.execute('run_js("const all = []; for (;;) all.push([all.length, {}])")');
  const { exit } = (await client.listener.untilLifecycle('died')) as { exit: { stderrTail: string } };
  // Node ends the thread, and says so; or V8 was faster, and ends the process.
  expect(exit.stderrTail).toMatch(/JavaScript in the kernel ran out of memory|JavaScript heap out of memory/);
  expect(await outcome(client, 'print("on")')).toBe('on\n');
});

test('[E2] a loop that hears no interrupt is ended by a restart', async () => {
  const { client, kernel } = await kernels.start();
  await outcome(client, 'from pyodide.code import run_js');
  const id = client.execute('print("on"); run_js("for (;;);")');
  await client.listener.untilMessage((m) => answers(m, id) && contentOf(m)['code'] !== undefined);
  await kernel.interrupt();
  expect(await kernel.restart()).toBeUndefined();
  expect(await outcome(client, 'print("on")')).toBe('on\n');
});
