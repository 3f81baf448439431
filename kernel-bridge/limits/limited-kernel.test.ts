import { randomUUID } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive } from '../../test/contract/launcher-contract.ts';
import { KernelClient } from '../../test/doubles/kernel-client.ts';
import type { KernelLimits } from '../kernel.ts';
import { DiskKernelspecs } from '../kernelspecs/disk-kernelspecs.ts';
import { LocalLauncher } from '../local/local-launcher.ts';
import { NO_LIMITS } from './strictest-limits.ts';

const served = resolve(import.meta.dirname, '../../.venv');

let root: string;
const launchers: LocalLauncher[] = [];
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'limits-')));
});
afterEach(async () => {
  await Promise.all(launchers.splice(0).map((launcher) => launcher.close()));
  await rm(root, { recursive: true });
});

function makeLauncher(): LocalLauncher {
  const nothing = () => undefined;
  const log = { debug: nothing, info: nothing, warn: nothing };
  const launcher = new LocalLauncher({ log, folder: join(root, 'kernels') });
  launchers.push(launcher);
  return launcher;
}

async function launch(limits: Partial<KernelLimits>, launcher = makeLauncher()) {
  const kernelspecs = new DiskKernelspecs({
    dataDirectories: [join(served, 'share/jupyter')],
    pythonPrefix: served,
    ipythonKernels: join(root, 'none'),
    warn: () => undefined,
  });
  const kernelspec = await kernelspecs.find('python3');
  if (kernelspec === undefined) throw new Error('there is no kernelspec python3');
  const client = new KernelClient();
  const request = {
    kernelId: randomUUID(),
    kernelspec,
    sessionPath: null,
    workingDirectory: root,
    environment: { ...(process.env as Record<string, string>), PYDEVD_DISABLE_FILE_VALIDATION: '1' },
    pythonPrefix: served,
    runtimeDirectory: join(root, 'runtime'),
    limits: { ...NO_LIMITS, ...limits },
  };
  const kernel = await launcher.launch(request, client.listener);
  client.attach(kernel);
  await kernel.ready();
  return { client, kernel, launcher };
}

async function adopt() {
  const launcher = makeLauncher();
  const [record] = await launcher.records();
  const client = new KernelClient();
  const kernel = await launcher.adopt(record!, client.listener);
  client.attach(kernel);
  return { client, kernel };
}

const SPIN = 'while True: pass';
/** A little more each time, so that a limit is met on the way. */
const HOARD = 'import time\nhoard = []\nwhile True:\n    hoard.append(b"x" * 20_000_000); time.sleep(0.05)';

describe.runIf(process.platform === 'linux')('an ipykernel with limits', () => {
  test('[Q2] [Q5] that hoards memory is warned and interrupted, and killed when it goes on', async () => {
    const { client } = await launch({ softMemory: 300e6, memory: 900e6 });
    const id = client.execute(HOARD);
    expect(await client.listener.untilLifecycle('limit-reached')).toMatchObject({
      limit: 'memory',
      effect: 'warned',
      text: expect.stringContaining('warned at 300 MB') as string,
    });
    expect(await client.reply(id)).toMatchObject({ ename: 'KeyboardInterrupt' });
    expect((await client.run('print(len(hoard) > 3)')).text).toBe('True\n');
    client.execute('while True:\n    hoard.append(b"x" * 20_000_000); time.sleep(0.05)');
    expect(await client.listener.untilLifecycle('limit-reached', 2)).toMatchObject({
      limit: 'memory',
      effect: 'ended',
      text: expect.stringContaining('its limit is 900 MB') as string,
    });
    const died = { kind: 'died', exit: { signal: 'SIGKILL', limit: 'memory' } };
    expect(await client.listener.untilLifecycle('died')).toMatchObject(died);
    await client.listener.untilLifecycle('autorestarted');
    expect((await client.run('print("hoard" in dir())')).text).toBe('False\n');
  });

  test('[Q2] that lets a process of its own hoard is killed with it', async () => {
    const { client } = await launch({ memory: 600e6 });
    const started = await client.run(
      `import subprocess, sys\nprint(subprocess.Popen([sys.executable, "-c", ${JSON.stringify(HOARD)}]).pid)`,
    );
    client.execute('import time; time.sleep(600)');
    expect(await client.listener.untilLifecycle('died')).toMatchObject({ exit: { limit: 'memory' } });
    await client.listener.untilLifecycle('autorestarted');
    await expect.poll(() => isAlive(Number(started.text))).toBe(false);
  });

  test('[Q3] [Q5] that computes for too long is killed, also by the system when nobody watches', async () => {
    const { client, launcher } = await launch({ cpuTime: 4 });
    const id = client.execute(SPIN);
    expect(await client.listener.untilLifecycle('limit-reached')).toMatchObject({ limit: 'cpu-time' });
    expect(await client.listener.untilLifecycle('died')).toMatchObject({ exit: { limit: 'cpu-time' } });
    await client.listener.untilLifecycle('autorestarted');
    expect((await client.run('print(1)')).text).toBe('1\n');
    client.execute(SPIN);
    const { pid } = client.kernel;
    await launcher.detach();
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
    expect(client.outputsOf(id)).not.toEqual([]);
  });

  test('[Q4] whose time is up is ended, although it is busy, and not started again', async () => {
    const { client, kernel } = await launch({ wallTime: 4 });
    const { pid } = kernel;
    client.execute('import time; time.sleep(600)');
    expect(await client.listener.untilLifecycle('gave-up')).toMatchObject({ exit: { limit: 'wall-time' } });
    expect(client.listener.lifecycles.map(({ kind }) => kind)).toEqual(['limit-reached', 'died', 'gave-up']);
    expect(isAlive(pid)).toBe(false);
    expect(() => client.execute('1')).toThrow();
  });

  test('[Q4] that has nothing to do is ended, but not while it is busy', async () => {
    const { client } = await launch({ idleTime: 2 });
    expect((await client.run('import time; time.sleep(4); print("done")')).text).toBe('done\n');
    expect(client.listener.lifecycles).toEqual([]);
    expect(await client.listener.untilLifecycle('gave-up')).toMatchObject({ exit: { limit: 'idle-time' } });
  });

  test('[Q6] has them still when another process has taken it over', async () => {
    const { client: old, launcher } = await launch({ softMemory: 300e6, idleTime: 3 });
    const warned = old.execute(HOARD);
    await old.listener.untilLifecycle('limit-reached');
    await old.reply(warned);
    await launcher.detach();
    const { client } = await adopt();
    expect((await client.run('time.sleep(4); print("done")')).text).toBe('done\n');
    expect(await client.listener.untilLifecycle('gave-up')).toMatchObject({ exit: { limit: 'idle-time' } });
    // It had been warned of what it still holds.
    expect(client.listener.lifecycles.map(({ kind }) => kind)).toEqual(['limit-reached', 'died', 'gave-up']);
  });
});
