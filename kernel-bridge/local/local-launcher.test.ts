import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Subscriber } from 'zeromq';
import { ALL, connectionOf, isAlive, launcherContract } from '../../test/contract/launcher-contract.ts';
import { contentOf, KernelClient } from '../../test/doubles/kernel-client.ts';
import { KernelError, type LaunchRequest } from '../kernel.ts';
import { DiskKernelspecs } from '../kernelspecs/disk-kernelspecs.ts';
import { LocalLauncher, type LocalLauncherOptions } from './local-launcher.ts';

const served = resolve(import.meta.dirname, '../../.venv');
const scriptedKernel = resolve(import.meta.dirname, '../../test/doubles/scripted-kernel.mjs');

let root: string;
let logged: { fields: object; message: string }[];
const launchers: LocalLauncher[] = [];
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'launcher-')));
  logged = [];
});
afterEach(async () => {
  await Promise.all(launchers.splice(0).map((launcher) => launcher.close()));
  await rm(root, { recursive: true });
});

function makeLauncher(options: Partial<LocalLauncherOptions> = {}): LocalLauncher {
  const note = (fields: object, message: string) => logged.push({ fields, message });
  const launcher = new LocalLauncher({
    log: { debug: note, info: note, warn: note },
    folder: join(root, 'kernels'),
    ...options,
  });
  launchers.push(launcher);
  return launcher;
}

async function requestFor(specName: string): Promise<Omit<LaunchRequest, 'kernelId' | 'sessionPath'>> {
  const kernelspecs = new DiskKernelspecs({
    dataDirectories: [join(root, 'data'), join(served, 'share/jupyter'), '/usr/share/jupyter'],
    pythonPrefix: served,
    ipythonKernels: join(root, 'none'),
    warn: () => undefined,
  });
  const kernelspec = await kernelspecs.find(specName);
  if (kernelspec === undefined) throw new Error(`there is no kernelspec ${specName}`);
  return {
    kernelspec,
    workingDirectory: root,
    environment: { ...(process.env as Record<string, string>), PYDEVD_DISABLE_FILE_VALIDATION: '1' },
    pythonPrefix: served,
    runtimeDirectory: join(root, 'runtime'),
  };
}

async function install(name: string, spec: object): Promise<void> {
  await mkdir(join(root, 'data/kernels', name), { recursive: true });
  await writeFile(join(root, 'data/kernels', name, 'kernel.json'), JSON.stringify(spec));
}
const installScripted = (behaviour: string, more: object = {}) =>
  install(behaviour, { argv: [process.execPath, scriptedKernel, '{connection_file}', behaviour], ...more });

async function launch(launcher: LocalLauncher, specName: string, more: Partial<LaunchRequest> = {}) {
  const client = new KernelClient();
  const request = { ...(await requestFor(specName)), kernelId: randomUUID(), sessionPath: null, ...more };
  const kernel = await launcher.launch(request, client.listener);
  client.attach(kernel);
  return { client, kernel };
}

const plainPython = {
  argv: ['python', '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
  language: 'python',
};
const variants = [
  { name: 'LocalLauncher over ipc', transport: 'ipc', pythonName: 'python3' },
  { name: 'LocalLauncher over tcp', transport: 'tcp', pythonName: 'plain-python' },
  { name: 'LocalLauncher over tcp with CurveZMQ', transport: 'tcp', pythonName: 'python3' },
] as const;
for (const { name, transport, pythonName } of variants)
  launcherContract(
    name,
    async () => {
      await install('plain-python', plainPython);
      const launcher = makeLauncher({ transport });
      return { launcher, request: await requestFor(pythonName), dispose: () => launcher.close() };
    },
    { capabilities: ALL, canBeCut: false, outlives: false },
  );

describe('LocalLauncher', () => {
  test('[T1] [C1] [C2] puts the sockets into a folder that only this person can enter', async () => {
    const { kernel } = await launch(makeLauncher(), 'python3');
    await kernel.ready();
    const connection = connectionOf(kernel);
    expect(connection).toMatchObject({ transport: 'ipc', kernel_name: 'python3', jupyter_session: '' });
    expect(connection).not.toHaveProperty('curve_publickey');
    const path = String(connection['ip']);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(Buffer.byteLength(`${path}-5`)).toBeLessThanOrEqual(107);
    await kernel.shutdown();
    expect(existsSync(`${path}-1`)).toBe(false);
  });

  test('[L8] one that inherits has what this process has under what is asked for, and the home folder for a missing one', async () => {
    vi.stubEnv('OF_THIS_MACHINE', 'here');
    vi.stubEnv('OF_BOTH', 'here');
    vi.stubEnv('HOME', root);
    const { client } = await launch(makeLauncher(), 'python3', {
      inherits: true,
      workingDirectory: '/no/such',
      environment: { OF_BOTH: 'asked for' },
    });
    const { text } = await client.run(
      'import os; print(os.environ["OF_THIS_MACHINE"], os.environ["OF_BOTH"], os.getcwd())',
    );
    vi.unstubAllEnvs();
    expect(text).toBe(`here asked for ${root}\n`);
  });

  test('[T1] restarts a kernel whose sockets the system has cleared away', async () => {
    const { kernel } = await launch(makeLauncher(), 'python3');
    await kernel.ready();
    const before = String(connectionOf(kernel)['ip']);
    await rm(dirname(before), { recursive: true });
    await kernel.restart();
    await kernel.ready();
    const after = String(connectionOf(kernel)['ip']);
    expect(dirname(after)).not.toBe(dirname(before));
    await kernel.shutdown();
  });

  test('[T4] encrypts tcp where the kernelspec says that it can, and keeps the keys over a restart', async () => {
    const launcher = makeLauncher({ transport: 'tcp' });
    const { kernel } = await launch(launcher, 'python3');
    await kernel.ready();
    const before = connectionOf(kernel);
    expect(before).toMatchObject({ transport: 'tcp', ip: '127.0.0.1' });
    expect(before['curve_secretkey']).toHaveLength(40);
    await kernel.restart();
    expect(connectionOf(kernel)).toEqual(before);
  });

  test('[T2] uses tcp where the kernelspec asks for it', async () => {
    await installScripted('obeys', { metadata: { transport: 'tcp' } });
    const { kernel } = await launch(makeLauncher(), 'obeys');
    expect(connectionOf(kernel)).toMatchObject({ transport: 'tcp' });
    await kernel.ready();
  });

  test('[T3] turns to tcp quietly where a kernel dies on ipc, and remembers', async () => {
    await installScripted('refuses-ipc');
    const launcher = makeLauncher();
    const { client, kernel } = await launch(launcher, 'refuses-ipc');
    expect(await kernel.ready()).toMatchObject({ implementation: 'scripted' });
    expect((await client.run('echo')).text).toBe('echo');
    expect(client.listener.lifecycles).toEqual([]);
    const next = await launch(launcher, 'refuses-ipc');
    expect(connectionOf(next.kernel)).toMatchObject({ transport: 'tcp' });
    await next.kernel.ready();
  });

  test('[T3] turns to tcp where a kernel makes no ipc sockets', async () => {
    await installScripted('ignores-ipc');
    const { kernel } = await launch(makeLauncher({ ipcPatience: 300 }), 'ignores-ipc');
    expect(await kernel.ready()).toMatchObject({ implementation: 'scripted' });
    expect(connectionOf(kernel)).toMatchObject({ transport: 'tcp' });
  });

  test('[M3] what is sent before a kernel is heard waits until it is', async () => {
    await installScripted('publishes-late');
    const { client } = await launch(makeLauncher(), 'publishes-late');
    expect((await client.run('first words')).text).toBe('first words');
  });

  test('[M3] [T3] what was sent to a process that never answered reaches the next one', async () => {
    await installScripted('refuses-ipc');
    const { client } = await launch(makeLauncher(), 'refuses-ipc');
    expect((await client.run('not lost')).text).toBe('not lost');
  });

  test('[T3] finds out by itself that Deno crashes on ipc', async () => {
    const argv = [
      '/usr/bin/env',
      join(served, 'bin/deno'),
      'jupyter',
      '--kernel',
      '--conn',
      '{connection_file}',
    ];
    await install('deno-by-env', { argv, interrupt_mode: 'message' });
    const { client, kernel } = await launch(makeLauncher(), 'deno-by-env');
    await kernel.ready();
    expect((await client.run('console.log(6 * 7)')).text.trim()).toBe('42');
    expect(connectionOf(kernel)).toMatchObject({ transport: 'tcp' });
    expect(client.listener.lifecycles).toEqual([]);
  });

  test('[T3] does not suspect ipc where the kernelspec has answered on it', async () => {
    const launcher = makeLauncher();
    const first = await launch(launcher, 'python3');
    await first.kernel.ready();
    const second = await launch(launcher, 'python3');
    process.kill(second.kernel.pid!, 'SIGKILL');
    await second.client.listener.untilLifecycle('autorestarted');
    expect(connectionOf(second.kernel)).toMatchObject({ transport: 'ipc' });
  });

  test('[D2] [L7] gives up a kernel that cannot start, and says what it said', async () => {
    await installScripted('crashes');
    const { client, kernel } = await launch(makeLauncher(), 'crashes');
    const ready = expect(kernel.ready()).rejects.toMatchObject({ code: 'KERNEL_DEAD' });
    expect(await client.listener.untilLifecycle('gave-up')).toMatchObject({
      kind: 'gave-up',
      exit: { exitCode: 3, signal: null, stderrTail: 'scripted: cannot start' },
    });
    await ready;
    expect(logged.map(({ message }) => message)).toContain('the kernel died');
  });

  test('[D3] gives new ports to a kernel that dies before it is stable', async () => {
    await install('plain-python', plainPython);
    const { client, kernel } = await launch(makeLauncher({ transport: 'tcp' }), 'plain-python');
    await kernel.ready();
    const before = connectionOf(kernel);
    process.kill(kernel.pid!, 'SIGKILL');
    await client.listener.untilLifecycle('autorestarted');
    const after = connectionOf(kernel);
    expect(after['key']).toBe(before['key']);
    expect(after['shell_port']).not.toBe(before['shell_port']);
  });

  test('[D4] kills what a dead kernel left running', async () => {
    const { client, kernel } = await launch(makeLauncher(), 'python3');
    await kernel.ready();
    const { text } = await client.run('import subprocess; print(subprocess.Popen(["sleep", "600"]).pid)');
    process.kill(kernel.pid!, 'SIGKILL');
    await client.listener.untilLifecycle('autorestarted');
    await expect.poll(() => isAlive(Number(text))).toBe(false);
  });

  test('[L5] a kernel leads its own session and has nothing to read', async () => {
    const { client, kernel } = await launch(makeLauncher(), 'python3');
    const { text } = await client.run('import os; print(os.getsid(0), os.getpgid(0), os.read(0, 1))');
    expect(text).toBe(`${kernel.pid} ${kernel.pid} b''\n`);
  });

  test('[L6] says that a program cannot be run, and leaves nothing behind', async () => {
    await install('missing', { argv: ['/no/such/program'] });
    const launching = launch(makeLauncher(), 'missing');
    await expect(launching).rejects.toMatchObject({ code: 'KERNEL_LAUNCH_FAILED' });
    await expect(launching).rejects.toThrow(/no\/such\/program/);
    await expect(stat(join(root, 'runtime'))).resolves.toBeDefined();
    expect(existsSync(join(root, 'runtime', 'kernel-.json'))).toBe(false);
  });

  test('[W2] drops a message with a wrong signature, says so, and goes on', async () => {
    await installScripted('forges');
    const { client, kernel } = await launch(makeLauncher(), 'forges');
    await kernel.ready();
    expect((await client.run('true')).text).toBe('true');
    expect(logged.map(({ message }) => message)).toContain('a kernel message was dropped');
  });

  test('[M1] [D1] delivers the last words of a kernel before its death', async () => {
    await installScripted('dies-talking');
    const { client, kernel } = await launch(makeLauncher(), 'dies-talking');
    await kernel.ready();
    const id = client.execute('word');
    await client.listener.untilLifecycle('died');
    const heard = client.listener.heard.map(({ event, message }) => event?.kind ?? message?.header.msg_type);
    expect(client.textOf(id)).toBe('word'.repeat(1000));
    expect(heard.lastIndexOf('stream')).toBeLessThan(heard.indexOf('died'));
  });

  test('[L6] says that the runtime folder cannot be written', async () => {
    await writeFile(join(root, 'file'), '');
    const launching = launch(makeLauncher(), 'python3', { runtimeDirectory: join(root, 'file/runtime') });
    await expect(launching).rejects.toMatchObject({ code: 'KERNEL_LAUNCH_FAILED' });
  });

  test('[W4] delivers messages whose parent is null', async () => {
    await installScripted('null-parent');
    const { client, kernel } = await launch(makeLauncher(), 'null-parent');
    await kernel.ready();
    await client.run('x');
    const orphan = client.listener.messages.find((message) => contentOf(message)['text'] === 'orphan');
    expect(orphan?.parentHeader).toBeNull();
    expect(Buffer.from(orphan!.frames[1]!).toString()).toBe('null');
  });

  test('[E1] interrupts by message where the kernelspec asks for it', async () => {
    await installScripted('interrupted', { interrupt_mode: 'message' });
    const { client, kernel } = await launch(makeLauncher(), 'interrupted');
    await kernel.ready();
    await kernel.interrupt();
    await client.listener.untilMessage(
      ({ channel, parentHeader }) => channel === 'iopub' && parentHeader?.msg_type === 'interrupt_request',
    );
    expect(client.listener.messages.filter(({ channel }) => channel === 'control')).toEqual([]);
  });

  test('[E3] kills a kernel that ignores every request to end', async () => {
    await installScripted('ignores-shutdown');
    const { kernel } = await launch(makeLauncher(), 'ignores-shutdown');
    await kernel.ready();
    const pid = kernel.pid;
    const gentle = kernel.shutdown();
    // It is asked first, and would be given five seconds.
    await turn();
    await kernel.shutdown({ now: true });
    await gentle;
    expect(isAlive(pid)).toBe(false);
  });

  test('[E1] does not interrupt a kernel that has not answered yet, which would end it', async () => {
    await installScripted('starts-slowly');
    const { client, kernel } = await launch(makeLauncher({ transport: 'tcp' }), 'starts-slowly');
    const { pid } = kernel;
    const interrupt = kernel.interrupt();
    await kernel.ready();
    expect(kernel.pid).toBe(pid);
    // This program has no handler: what it had not noticed until now it does notice.
    await interrupt;
    await client.listener.untilLifecycle('died');
  });

  test('[E3] ends a kernel that heeds no signal, or is stopped, in bounded time, and leaves no file', async () => {
    await installScripted('ignores-shutdown');
    const launcher = makeLauncher();
    const [deaf, stopped] = await Promise.all([
      launch(launcher, 'ignores-shutdown'),
      launch(launcher, 'python3'),
    ]);
    const both = [deaf.kernel, stopped.kernel];
    await Promise.all(both.map((kernel) => kernel.ready()));
    const pids = both.map(({ pid }) => pid);
    const sockets = both.map((kernel) => `${String(connectionOf(kernel)['ip'])}-1`);
    process.kill(stopped.kernel.pid!, 'SIGSTOP');
    await Promise.all(both.map((kernel) => kernel.shutdown()));
    expect(pids.map(isAlive)).toEqual([false, false]);
    for (const path of [...both.map(({ connectionFile }) => connectionFile!), ...sockets])
      expect(existsSync(path)).toBe(false);
  });

  test('[C3] [E4] kernels that come and go, also in haste, leave no files, folders or open files behind', async () => {
    await installScripted('obeys');
    const launcher = makeLauncher();
    const openFiles = () => readdirSync('/proc/self/fd').length;
    const live = async () => {
      const { kernel } = await launch(launcher, 'obeys');
      await kernel.ready();
      await kernel.restart();
      process.kill(kernel.pid!, 'SIGKILL');
      // Ended while it starts, while it restarts by itself, and when it answers.
      // Whether the first two still find it is a matter of chance.
      await Promise.allSettled([kernel.restart(), kernel.interrupt(), kernel.shutdown()]);
    };
    await live();
    const before = openFiles();
    for (let round = 0; round < 3; round++) await Promise.all([live(), live(), live()]);
    await expect.poll(openFiles, { timeout: 5000 }).toBeLessThanOrEqual(before + 2);
    expect(readdirSync(join(root, 'runtime'))).toEqual([]);
    const { kernel } = await launch(launcher, 'obeys');
    const folder = dirname(String(connectionOf(kernel)['ip']));
    await kernel.ready();
    expect(readdirSync(folder)).toHaveLength(3);
    await launcher.close();
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(join(root, 'runtime'))).toEqual([]);
  });

  test('[L6] a kernel that no connection can be made to is not left running', async () => {
    await installScripted('obeys');
    const launcher = makeLauncher({ transport: 'tcp' });
    const connected = vi.spyOn(Subscriber.prototype, 'subscribe').mockImplementation(() => {
      throw new Error('Too many open files');
    });
    try {
      await expect(launch(launcher, 'obeys')).rejects.toThrow('Too many open files');
    } finally {
      connected.mockRestore();
    }
    expect(readdirSync(join(root, 'runtime'))).toEqual([]);
    const { stdout } = spawnSync('pgrep', ['-f', join(root, 'runtime')], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  test('[L7] a kernel that prints without end fills no disk, and the others go on', async () => {
    await installScripted('floods-output');
    const launcher = makeLauncher();
    const { client, kernel } = await launch(launcher, 'floods-output');
    await kernel.ready();
    expect((await client.run('echo')).text).toBe('echo');
    const file = join(root, 'kernels', kernel.id, 'output.log');
    const output = () => readFileSync(file, 'utf8');
    await expect.poll(output, { timeout: 10_000 }).toMatch(/^\[\d+ bytes before this were removed\]\n/);
    expect(statSync(file).size).toBeLessThan(8 * 1024 * 1024);
  });

  test('[M4] tells who sends to a kernel that has ended', async () => {
    const { client, kernel } = await launch(makeLauncher(), 'python3');
    await kernel.shutdown({ now: true });
    expect(() => client.execute('1')).toThrow(KernelError);
  });
});

// xeus-python 0.19 ends itself on SIGINT (under jupyter_client too), so there is no interrupt to survive.
// bash, Deno and xeus-python come with the tests' environment. R is tried too where Debian's r-cran-irkernel is
// installed; that needs root, so it cannot be asked of everybody.
interface OtherLanguage {
  readonly specName: string;
  readonly code: string;
  readonly implementation: string;
  /** Both, unless it is told otherwise. */
  readonly transports?: readonly ('ipc' | 'tcp')[];
}
const otherLanguages: readonly OtherLanguage[] = [
  { specName: 'bash', code: 'echo $((6 * 7))', implementation: 'bash_kernel' },
  {
    specName: 'deno',
    code: 'console.log(6 * 7)',
    implementation: 'Deno kernel',
    transports: ['tcp'],
  },
  { specName: 'xpython', code: 'print(6 * 7)', implementation: 'xeus-python' },
  ...(existsSync('/usr/share/jupyter/kernels/ir/kernel.json')
    ? [{ specName: 'ir', code: 'cat(6 * 7)', implementation: 'IRkernel' }]
    : []),
];
describe.each(otherLanguages)(
  'the $specName kernel',
  ({ specName, code, implementation, transports = ['ipc', 'tcp'] }) => {
    async function tryOver(transport: 'ipc' | 'tcp') {
      const { client, kernel } = await launch(makeLauncher({ transport }), specName);
      expect(await kernel.ready()).toMatchObject({ implementation });
      expect((await client.run(code)).text.trim()).toBe('42');
      if (specName !== 'xpython') {
        await kernel.interrupt();
        expect((await client.run(code)).text.trim()).toBe('42');
      }
      await kernel.restart();
      await kernel.ready();
      const id = client.execute(code);
      await client.idle(id);
      expect(client.textOf(id).trim()).toBe('42');
      expect(connectionOf(kernel)).toMatchObject({ transport });
      expect(client.listener.lifecycles).toEqual([]);
    }

    test(`[R1] [E1] [E2] runs, survives an interrupt and restarts over ${transports.join(' and ')}`, () =>
      Promise.all(transports.map(tryOver)));
  },
);
