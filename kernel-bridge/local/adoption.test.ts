import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectionOf, isAlive } from '../../test/contract/launcher-contract.ts';
import { answers, KernelClient } from '../../test/doubles/kernel-client.ts';
import type { DetachableKernel, LaunchRequest } from '../kernel.ts';
import { DiskKernelspecs } from '../kernelspecs/disk-kernelspecs.ts';
import { LocalLauncher, type LocalLauncherOptions } from './local-launcher.ts';

const served = resolve(import.meta.dirname, '../../.venv');

let root: string;
let logged: { fields: object; message: string }[];
const launchers: LocalLauncher[] = [];
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'adoption-')));
  logged = [];
});
afterEach(async () => {
  await Promise.all(launchers.splice(0).map((launcher) => launcher.close()));
  // What a test that failed left detached.
  await adoptAll();
  await Promise.all(launchers.splice(0).map((launcher) => launcher.close()));
  await rm(root, { recursive: true });
});

function makeLauncher(options: Partial<LocalLauncherOptions> = {}): LocalLauncher {
  const note = (fields: object, message: string) => logged.push({ fields, message });
  const log = { debug: note, info: note, warn: note };
  const launcher = new LocalLauncher({ log, folder: join(root, 'kernels'), ...options });
  launchers.push(launcher);
  return launcher;
}

async function makeRequest(specName: string): Promise<LaunchRequest> {
  const kernelspecs = new DiskKernelspecs({
    dataDirectories: [join(served, 'share/jupyter')],
    pythonPrefix: served,
    ipythonKernels: join(root, 'none'),
    warn: () => undefined,
  });
  const kernelspec = await kernelspecs.find(specName);
  if (kernelspec === undefined) throw new Error(`there is no kernelspec ${specName}`);
  return {
    kernelId: randomUUID(),
    kernelspec,
    sessionPath: '/documents/a.ipynb',
    workingDirectory: root,
    environment: { ...(process.env as Record<string, string>), PYDEVD_DISABLE_FILE_VALIDATION: '1' },
    pythonPrefix: served,
    runtimeDirectory: join(root, 'runtime'),
  };
}

async function launch(launcher: LocalLauncher, specName = 'python3', more: Partial<LaunchRequest> = {}) {
  const client = new KernelClient();
  const kernel = await launcher.launch({ ...(await makeRequest(specName)), ...more }, client.listener);
  client.attach(kernel);
  return { client, kernel };
}

async function adoptAll(launcher = makeLauncher()) {
  return Promise.all(
    (await launcher.records()).map(async (record) => {
      const client = new KernelClient();
      const kernel = await launcher.adopt(record, client.listener);
      client.attach(kernel);
      return { client, kernel };
    }),
  );
}

async function adoptOnly(launcher = makeLauncher()) {
  const [adopted, ...others] = await adoptAll(launcher);
  if (adopted === undefined || others.length > 0) throw new Error('there is not one kernel');
  return adopted;
}

async function launchAndDetach(options: Partial<LocalLauncherOptions> = {}) {
  const launcher = makeLauncher(options);
  const launched = await launch(launcher);
  await launched.kernel.ready();
  const pid = launched.kernel.pid!;
  return { ...launched, launcher, pid };
}

test('[A8] a spare kernel that was assigned is started so by whoever holds it, and its limits count from then', async () => {
  const launcher = makeLauncher();
  const { kernel: spare } = await launch(launcher, 'python3', { isSpare: true, sessionPath: null });
  await spare.ready();
  await setTimeout(600);
  const folder = join(root, 'assigned');
  mkdirSync(folder);
  const limits = { softMemory: null, memory: null, cpuTime: null, wallTime: 2, idleTime: null };
  const since = Date.now();
  spare.assign?.({ workingDirectory: folder, sessionPath: join(folder, 'a.ipynb'), limits });
  await launcher.detach();
  const { client, kernel } = await adoptOnly();
  expect(kernel.request).toMatchObject({ workingDirectory: folder, isSpare: false, limits });
  await client.listener.untilLifecycle('limit-reached');
  expect(Date.now() - since).toBeGreaterThan(1_990);
  await client.listener.untilLifecycle('gave-up');
});

test('[A8] the next process of a spare kernel that was assigned is where it belongs', async () => {
  const { client, kernel } = await launch(makeLauncher(), 'python3', { isSpare: true, sessionPath: null });
  await kernel.ready();
  const folder = join(root, 'assigned');
  mkdirSync(folder);
  kernel.assign?.({ workingDirectory: folder, sessionPath: join(folder, 'a.ipynb') });
  client.execute('import os; os._exit(1)');
  await client.listener.untilLifecycle('autorestarted');
  const { text } = await client.run('import os; print(os.getcwd(), os.environ["JPY_SESSION_NAME"])');
  expect(text).toBe(`${folder} ${join(folder, 'a.ipynb')}\n`);
});

const recordFile = (kernel: DetachableKernel) => join(root, 'kernels', kernel.id, 'record.json');

describe.each(['ipc', 'tcp'] as const)('a kernel on %s that another process left', (transport) => {
  test('[A3] [A5] keeps its variables, answers who left it, and does what it is asked', async () => {
    const { client: old, kernel: left, launcher, pid } = await launchAndDetach({ transport });
    await old.run('x = 6');
    const running = old.execute('import time; time.sleep(1.5); print("late", x)');
    const waiting = [1, 2, 3].map((number) => old.execute(`print("waited", ${number})`));
    await old.listener.untilMessage((m) => answers(m, running) && m.header.msg_type === 'execute_input');
    await launcher.detach();
    expect(isAlive(pid)).toBe(true);
    expect(left.pid).toBeNull();
    expect(() => old.execute('1')).toThrow();
    const { client, kernel } = await adoptOnly();
    expect(kernel.pid).toBe(pid);
    expect(kernel.request.sessionPath).toBe('/documents/a.ipynb');
    expect(await kernel.ready()).toMatchObject({ implementation: 'ipython' });
    expect(await kernel.finished()).toBe(true);
    for (const id of [running, ...waiting]) expect(await client.reply(id)).toMatchObject({ status: 'ok' });
    expect(client.textOf(running)).toBe('late 6\n');
    expect(client.textOf(waiting[2]!)).toBe('waited 3\n');
    const types = client.listener.messages.map(({ parentHeader }) => parentHeader?.msg_type);
    expect(types).not.toContain('kernel_info_request');
    const asleep = client.execute('print("on")\ntime.sleep(60)');
    await client.listener.untilMessage((m) => answers(m, asleep) && m.header.msg_type === 'stream');
    await kernel.interrupt();
    expect(await client.reply(asleep)).toMatchObject({ ename: 'KeyboardInterrupt' });
    const file = connectionOf(kernel);
    await kernel.restart();
    await kernel.ready();
    expect(kernel.pid).not.toBe(pid);
    expect(isAlive(pid)).toBe(false);
    expect(connectionOf(kernel)).toEqual(file);
    expect((await client.run('print("x" in dir())')).text).toBe('False\n');
    await kernel.shutdown();
    expect(client.listener.lifecycles).toEqual([]);
    expect(existsSync(recordFile(kernel))).toBe(false);
    expect(readdirSync(join(root, 'kernels'))).toEqual([]);
    expect(readdirSync(join(root, 'runtime'))).toEqual([]);
    if (transport === 'ipc') expect(existsSync(String(file['ip']).replace(/\/\d+$/, ''))).toBe(false);
  });

  test('[A6] [D1] [D2] [D4] dies, is explained, restarted and cleaned up after as any other', async () => {
    const { client: old, launcher, pid } = await launchAndDetach({ transport });
    const { text } = await old.run('import subprocess; print(subprocess.Popen(["sleep", "600"]).pid)');
    await launcher.detach();
    const { client, kernel } = await adoptOnly();
    await kernel.ready();
    client.execute('import os, sys; os.write(sys.stderr._original_stdstream_copy, b"why\\n"); os._exit(7)');
    expect(await client.listener.untilLifecycle('died')).toMatchObject({
      exit: { exitCode: null, signal: null, stderrTail: 'why', limit: null },
    });
    await client.listener.untilLifecycle('autorestarted');
    expect(isAlive(Number(text))).toBe(false);
    expect(kernel.pid).not.toBe(pid);
    expect((await client.run('print(1)')).text).toBe('1\n');
  });
});

describe('a kernel that another process left', () => {
  test('[A6] and that died meanwhile is told as dead, and is restarted', async () => {
    const { client: old, launcher, pid } = await launchAndDetach();
    await old.run('import subprocess; child = subprocess.Popen(["sleep", "600"])');
    const child = Number((await old.run('print(child.pid)')).text);
    await launcher.detach();
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    const { client, kernel } = await adoptOnly();
    expect(await client.listener.untilLifecycle('died')).toMatchObject({ exit: { signal: null } });
    await client.listener.untilLifecycle('autorestarted');
    expect(isAlive(child)).toBe(false);
    expect((await client.run('print(1)')).text).toBe('1\n');
    await kernel.shutdown();
    expect(readdirSync(join(root, 'kernels'))).toEqual([]);
  });

  test('[A2] is not taken for another process with its number, which is left alone', async () => {
    const { kernel: left, launcher, pid } = await launchAndDetach();
    await launcher.detach();
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    const bystander = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    try {
      const file = recordFile(left);
      const record = JSON.parse(readFileSync(file, 'utf8')) as { process: { pid: number } };
      record.process.pid = bystander.pid!;
      writeFileSync(file, JSON.stringify(record));
      const { client, kernel } = await adoptOnly();
      await client.listener.untilLifecycle('autorestarted');
      await kernel.shutdown();
      expect(isAlive(bystander.pid!)).toBe(true);
    } finally {
      bystander.kill('SIGKILL');
      await once(bystander, 'exit');
    }
  });

  test('[A7] and that stands still is continued', async () => {
    const { kernel: left, launcher, pid } = await launchAndDetach();
    left.pause();
    process.kill(-pid, 'SIGSTOP');
    await launcher.detach();
    process.kill(-pid, 'SIGSTOP');
    const { client } = await adoptOnly();
    expect((await client.run('print(1)')).text).toBe('1\n');
  });

  test('[A3] tells what it did while it was busy for long, and takes answers to its questions at once', async () => {
    const { client: old, launcher } = await launchAndDetach();
    const asking = old.execute('print("hello", input("name? "))');
    await old.listener.untilMessage((m) => m.channel === 'stdin');
    await launcher.detach();
    const { client, kernel } = await adoptOnly();
    const finished = kernel.finished();
    client.send('stdin', 'input_reply', { value: 'you', status: 'ok' });
    expect(await client.reply(asking)).toMatchObject({ status: 'ok' });
    expect(client.textOf(asking)).toBe('hello you\n');
    expect(await finished).toBe(true);
    const endless = client.execute('import time; time.sleep(60)');
    await client.listener.untilMessage((m) => answers(m, endless));
    const never = kernel.finished();
    await kernel.shutdown({ now: true });
    expect(await never).toBe(false);
  });

  test('[A3] has answered while nobody listened what is unanswered when it has finished', async () => {
    const { client: old, launcher } = await launchAndDetach();
    const missed = old.execute('import time; time.sleep(0.3)');
    await old.listener.untilMessage((m) => answers(m, missed) && m.header.msg_type === 'execute_input');
    const record = (await launcher.records())[0]!;
    await launcher.detach();
    // Another client of the kernel sees that it is done.
    const watcher = makeLauncher({ folder: join(root, 'elsewhere') });
    const other = new KernelClient();
    const watching = await watcher.adopt({ ...record, routingId: randomUUID() }, other.listener);
    await watching.finished();
    await watcher.detach();
    const { client, kernel } = await adoptOnly();
    expect(await kernel.finished()).toBe(true);
    expect(client.listener.messages.filter((m) => answers(m, missed))).toEqual([]);
  });

  test('[A1] [A4] is found although the record of another is damaged', async () => {
    const { kernel: left, launcher } = await launchAndDetach();
    const second = await launch(launcher);
    await second.kernel.ready();
    await launcher.detach();
    const whole = readFileSync(recordFile(second.kernel), 'utf8');
    writeFileSync(recordFile(second.kernel), whole.slice(0, -100));
    const { kernel } = await adoptOnly();
    expect(kernel.id).toBe(left.id);
    expect(logged.map(({ message }) => message).join()).toContain('is damaged');
    writeFileSync(recordFile(second.kernel), whole);
  });

  test('[A5] [M3] and that had not answered yet gets what it was sent, once', async () => {
    const launcher = makeLauncher();
    const { client: old } = await launch(launcher);
    const id = old.execute('print("not lost")');
    await launcher.detach();
    const between = makeLauncher();
    const unmet = await adoptOnly(between);
    await between.detach();
    expect(unmet.client.listener.messages).toEqual([]);
    const { client, kernel } = await adoptOnly();
    await client.reply(id);
    expect(client.textOf(id)).toBe('not lost\n');
    expect(await kernel.finished()).toBe(true);
    expect((await client.run('print(In)')).text).toBe("['', 'print(\"not lost\")', 'print(In)']\n");
  });

  test('[P1] stands still and goes on as often as it is told, and is continued to be interrupted and ended', async () => {
    const { client, kernel, pid } = await launchAndDetach();
    const states = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];
    kernel.pause();
    kernel.pause();
    await expect.poll(states).toBe('T');
    kernel.resume();
    kernel.resume();
    expect((await client.run('print(1)')).text).toBe('1\n');
    const id = client.execute('import time\nprint("on")\ntime.sleep(60)');
    await client.listener.untilMessage((m) => answers(m, id) && m.header.msg_type === 'stream');
    kernel.pause();
    await kernel.interrupt();
    expect(await client.reply(id)).toMatchObject({ ename: 'KeyboardInterrupt' });
    kernel.pause();
    await kernel.restart();
    await kernel.ready();
    kernel.pause();
    const gone = kernel.pid;
    await kernel.shutdown();
    expect(isAlive(gone)).toBe(false);
    expect(client.listener.lifecycles).toEqual([]);
  });

  test('[A6] is restarted although the system has cleared its sockets away', async () => {
    const { launcher, pid, kernel: left } = await launchAndDetach();
    const folder = String(connectionOf(left)['ip']).replace(/\/\d+$/, '');
    await launcher.detach();
    process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true });
    const { client } = await adoptOnly();
    await client.listener.untilLifecycle('autorestarted');
    expect((await client.run('print(1)')).text).toBe('1\n');
  });
});

// They may refuse a socket the identity of one that has just gone, and need not answer on control while they are busy.
test.each([
  { specName: 'bash', code: 'echo on; sleep 1; echo $((6 * 7))' },
  {
    specName: 'deno',
    code: 'console.log("on"); await new Promise((go) => setTimeout(go, 1000)); console.log(6 * 7)',
  },
  { specName: 'xpython', code: 'import time; print("on"); time.sleep(1); print(6 * 7)' },
])(
  '[A3] the $specName kernel is taken over, and what it answered before is missed',
  async ({ specName, code }) => {
    const launcher = makeLauncher();
    const { client: old, kernel: left } = await launch(launcher, specName);
    await left.ready();
    const running = old.execute(code);
    await old.listener.untilMessage((m) => answers(m, running) && m.header.msg_type === 'stream');
    await launcher.detach();
    const { client, kernel } = await adoptOnly();
    expect(await kernel.finished()).toBe(true);
    expect(client.textOf(running).trim()).toMatch(/42$/);
    expect(client.listener.messages.filter(({ channel }) => channel === 'shell')).toEqual([]);
    expect((await client.run(code)).text.trim()).toMatch(/42$/);
    expect(client.listener.lifecycles).toEqual([]);
  },
);
