import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { answers, KernelClient } from '../doubles/kernel-client.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { BROWSER_PYTHON, HostingBrowser } from '../servers/hosting-browser.ts';

const NONE = { softMemory: null, memory: null, cpuTime: null, wallTime: null, idleTime: null };
let hosting: HostingBrowser;
let page: Page;
beforeAll(async () => {
  hosting = await HostingBrowser.start();
});
afterEach(() => page.close());
afterAll(() => hosting.close());

async function launch(damage?: { readonly file: string; readonly status: number; readonly body: string }) {
  const opened = await hosting.open(randomUUID());
  page = opened.page;
  if (damage !== undefined)
    await page.route(
      (url) => url.pathname.endsWith(damage.file),
      (route) => route.fulfill({ contentType: 'application/wasm', ...damage }),
    );
  const client = new KernelClient();
  const kernel = await new SupervisorLauncher(opened.host.supervisor).launch(
    {
      kernelId: randomUUID(),
      kernelspec: { ...BROWSER_PYTHON, place: 'browser' },
      sessionPath: null,
      workingDirectory: '/',
      environment: {},
      limits: { ...NONE, memory: 600_000_000 },
      pythonPrefix: '/',
      runtimeDirectory: '/',
    },
    client.listener,
  );
  client.attach(kernel);
  return { client, kernel };
}

test.each([
  ['missing', { file: 'python-314.zip', status: 404, body: '' }],
  ['corrupt', { file: 'python-314.zip', status: 200, body: 'no archive' }],
  ['corrupt', { file: 'pyodide.asm.wasm', status: 200, body: 'no WebAssembly' }],
])(
  '[HL4] what Python is made of is %s: the kernel is over, and says what is wrong',
  async (_what, damage) => {
    const { client, kernel } = await launch(damage);
    const ready = expect(kernel.ready()).rejects.toMatchObject({ code: 'KERNEL_DEAD' });
    const gaveUp = await client.listener.untilLifecycle('gave-up');
    await ready;
    const { explanation } = (gaveUp as { exit: { explanation: string } }).exit;
    expect(explanation).toMatch(/complete Pyodide\?|Reload the page|cannot be had/);
    expect(client.listener.lifecycles.map(({ kind }) => kind).filter((kind) => kind !== 'waiting')).toEqual([
      'died',
      'gave-up',
    ]);
  },
);

test('an infinite loop is interrupted, and one that cannot be is restarted and ended', async () => {
  const { client, kernel } = await launch();
  await kernel.ready();
  const loop = client.execute('print("on")\nwhile True: pass');
  await client.listener.untilMessage((m) => answers(m, loop) && m.header.msg_type === 'stream');
  await kernel.interrupt();
  expect(await client.reply(loop)).toMatchObject({ ename: 'KeyboardInterrupt' });
  const stubborn = client.execute(
    'print("on")\nwhile True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass',
  );
  await client.listener.untilMessage((m) => answers(m, stubborn) && m.header.msg_type === 'stream');
  await kernel.restart();
  await kernel.ready();
  const again = client.execute('print("on")\nwhile True: pass');
  await client.listener.untilMessage((m) => answers(m, again) && m.header.msg_type === 'stream');
  await kernel.shutdown({ now: true });
  const pythons = (): string[] => page.workers().map((worker) => worker.url());
  // Chromium gives a worker that does not listen two seconds.
  await expect
    .poll(() => pythons().filter((url) => url.endsWith('/python-worker.js')), { timeout: 20_000 })
    .toEqual([]);
});

test('memory beyond its limit is an error of the cell, and the kernel goes on', async () => {
  const { client, kernel } = await launch();
  await kernel.ready();
  const { reply } = await client.run('kept = bytearray(900_000_000)');
  expect(reply).toMatchObject({ ename: 'MemoryError' });
  expect((await client.run('print("alive")')).text).toBe('alive\n');
});
