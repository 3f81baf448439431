import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive, launcherContract } from '../../test/contract/launcher-contract.ts';
import { KernelClient } from '../../test/doubles/kernel-client.ts';
import { ProcessHost } from '../../test/doubles/process-host.ts';
import type { DetachableKernel, KernelListener, LaunchRequest } from '../kernel.ts';
import { DiskKernelspecs } from '../kernelspecs/disk-kernelspecs.ts';
import { RemoteLauncher } from './remote-launcher.ts';

const served = resolve(import.meta.dirname, '../../.venv');
const logged: object[] = [];
const note = (fields: object): void => void logged.push(fields);

let root: string;
let host: ProcessHost;
const launchers: RemoteLauncher[] = [];

async function makeRequest(): Promise<LaunchRequest> {
  const kernelspecs = new DiskKernelspecs({
    dataDirectories: [join(served, 'share/jupyter')],
    pythonPrefix: served,
    ipythonKernels: join(root, 'none'),
    warn: () => undefined,
  });
  const kernelspec = await kernelspecs.find('python3');
  if (kernelspec === undefined) throw new Error('there is no kernelspec python3');
  return {
    kernelId: randomUUID(),
    sessionPath: null,
    kernelspec,
    workingDirectory: root,
    environment: { ...(process.env as Record<string, string>), PYDEVD_DISABLE_FILE_VALIDATION: '1' },
    pythonPrefix: served,
    runtimeDirectory: join(root, 'runtime'),
    target: { kind: 'process' },
  };
}

function makeLauncher(): RemoteLauncher {
  host = new ProcessHost(join(root, 'far'));
  const launcher = new RemoteLauncher({
    kind: 'process',
    host,
    log: { debug: note, info: note, warn: note },
    folder: join(root, 'kernels'),
  });
  launchers.push(launcher);
  return launcher;
}

async function setUp(): Promise<void> {
  root = await realpath(await mkdtemp(join(tmpdir(), 'remote-')));
}

async function cleanUp(): Promise<void> {
  await Promise.all(launchers.splice(0).map((launcher) => launcher.close()));
  await rm(root, { recursive: true });
}

/** As `Supervisor.open` does for one that the next process finds. */
async function takeOver(
  kernelId: string,
  listener: KernelListener,
  prepare: (host: ProcessHost) => unknown = () => undefined,
): Promise<DetachableKernel> {
  await Promise.all(launchers.splice(0).map((launcher) => launcher.detach()));
  const launcher = makeLauncher();
  prepare(host);
  const record = (await launcher.records()).find(({ request }) => request.kernelId === kernelId);
  if (record === undefined) throw new Error('there is no record of it');
  return launcher.adopt(record, listener, new Date());
}

launcherContract(
  'RemoteLauncher',
  async () => {
    await setUp();
    return {
      launcher: makeLauncher(),
      request: await makeRequest(),
      cut: () => host.cut(),
      mend: () => host.mend(),
      takeOver: (kernelId, listener) => takeOver(kernelId, listener),
      dispose: cleanUp,
    };
  },
  { capabilities: { resume: false, limits: false, restart: true, pause: true } },
);

describe('a kernel that runs elsewhere', () => {
  beforeEach(setUp);
  afterEach(cleanUp);

  async function launch(
    launcher = makeLauncher(),
    prepare: (host: ProcessHost) => unknown = () => undefined,
  ) {
    prepare(host);
    const client = new KernelClient();
    const kernel = await launcher.launch(await makeRequest(), client.listener);
    client.attach(kernel);
    return { client, kernel, launcher, host };
  }
  const recordOf = (kernel: DetachableKernel): string => join(root, 'kernels', kernel.id, 'remote.json');
  const pidOf = async (client: KernelClient): Promise<number> =>
    Number((await client.run('import os; print(os.getpid())')).text);

  test('[X2] is launched once its place has it wait, and gets what it was sent meanwhile', async () => {
    let open = (): void => undefined;
    const queue = new Promise<void>((resolve) => (open = resolve));
    const { client, kernel } = await launch(makeLauncher(), (its) => (its.queue = queue));
    expect(kernel.pid).toBeNull();
    const id = client.execute('print("ran")');
    await kernel.interrupt();
    open();
    await client.idle(id);
    expect(client.textOf(id)).toBe('ran\n');
    expect(client.listener.lifecycles).toEqual([
      { kind: 'waiting', text: 'queued: 1 is before it' },
      { kind: 'waiting', text: null },
    ]);
  });

  test('[X2] that fails in its queue is over, with the reason', async () => {
    let refuse = (_error: Error): void => undefined;
    const queue = new Promise<void>((_resolve, reject) => (refuse = reject));
    const { client, kernel } = await launch(makeLauncher(), (its) => (its.queue = queue));
    refuse(new Error('the partition was removed'));
    expect(await client.listener.untilLifecycle('gave-up')).toMatchObject({
      exit: { explanation: 'the partition was removed' },
    });
    await expect(kernel.ready()).rejects.toMatchObject({ code: 'KERNEL_DEAD' });
    expect(existsSync(recordOf(kernel))).toBe(false);
  });

  test('[X3] that waits is cancelled when it is shut down, and nothing of it is left', async () => {
    const { client, kernel } = await launch(
      makeLauncher(),
      (its) => (its.queue = new Promise(() => undefined)),
    );
    await kernel.restart();
    await kernel.shutdown();
    expect(existsSync(recordOf(kernel))).toBe(false);
    expect(client.listener.lifecycles.map(({ kind }) => kind)).toEqual(['waiting']);
  });

  test('[X3] [X4] that waits is found in its queue by the next holder, with what it was sent', async () => {
    const { client, kernel } = await launch(
      makeLauncher(),
      (its) => (its.queue = new Promise(() => undefined)),
    );
    const id = client.execute('print("ran")');
    const next = new KernelClient(client.session);
    next.attach(await takeOver(kernel.id, next.listener));
    await next.idle(id);
    expect(next.textOf(id)).toBe('ran\n');
  });

  test('[X4] [X5] that cannot be reached is told once, and heard again as soon as it can be', async () => {
    const { client, kernel } = await launch();
    const pid = await pidOf(client);
    const { mode } = statSync(recordOf(kernel));
    expect(mode & 0o777).toBe(0o600);
    const next = new KernelClient();
    next.attach(
      await takeOver(kernel.id, next.listener, (its) => (its.unreachable = new Error('no route to it'))),
    );
    expect(await next.listener.untilLifecycle('warned')).toMatchObject({ text: 'no route to it' });
    const id = next.execute('print("sent meanwhile")');
    host.unreachable = null;
    await next.idle(id);
    expect(next.textOf(id)).toBe('sent meanwhile\n');
    expect(await pidOf(next)).toBe(pid);
    expect(next.listener.lifecycles).toMatchObject([
      { kind: 'warned' },
      { kind: 'reattached', why: 'It could not be reached: no route to it' },
    ]);
  });

  test('[X3] [X4] that cannot be reached and is not wanted any more is ended where that can be done', async () => {
    const { client, kernel } = await launch();
    const pid = await pidOf(client);
    const next = new KernelClient();
    const found = await takeOver(kernel.id, next.listener, (its) => (its.unreachable = new Error('away')));
    await next.listener.untilLifecycle('warned');
    await found.shutdown();
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(existsSync(recordOf(kernel))).toBe(false);
  });

  test('[A6] [X7] that ended while nobody held it has died now, and is started again', async () => {
    const { client, kernel, launcher } = await launch();
    const pid = await pidOf(client);
    await launcher.detach();
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    const next = new KernelClient();
    next.attach(await takeOver(kernel.id, next.listener));
    await next.listener.untilLifecycle('autorestarted');
    expect(next.listener.lifecycles.map(({ kind }) => kind)).toEqual(['reattached', 'died', 'autorestarted']);
    expect(await pidOf(next)).not.toBe(pid);
  });

  test('[X7] that its place ended on purpose is not started again by itself', async () => {
    const { client } = await launch(makeLauncher(), (its) => (its.isFinal = true));
    process.kill(await pidOf(client), 'SIGKILL');
    await client.listener.untilLifecycle('gave-up');
    const { lifecycles } = client.listener;
    expect(lifecycles.map(({ kind }) => kind)).toEqual(['died', 'gave-up']);
    expect(lifecycles[0]).not.toHaveProperty('exit.isFinal');
  });

  test('[A4] a damaged record is told to the log, without its content, and passed over', async () => {
    await mkdir(join(root, 'kernels', 'k'), { recursive: true });
    await writeFile(join(root, 'kernels', 'k', 'remote.json'), '{"version": 1, "request": "hunter2"}');
    expect(await makeLauncher().records()).toEqual([]);
    expect(JSON.stringify(logged)).toContain('remote.json');
    expect(JSON.stringify(logged)).not.toContain('hunter2');
  });
});
