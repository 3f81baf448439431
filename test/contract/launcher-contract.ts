import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Kernel,
  KernelError,
  type KernelListener,
  type Launcher,
  type LaunchRequest,
} from '../../kernel-bridge/kernel.ts';
import type { PlaceCapabilities } from '../../kernel-bridge/places/place-capabilities.ts';
import { answers, contentOf, KernelClient } from '../doubles/kernel-client.ts';

export interface LauncherUnderTest {
  readonly launcher: Launcher;
  /** For a kernel that runs ipykernel. */
  readonly request: Omit<LaunchRequest, 'kernelId' | 'sessionPath'>;
  /** Before each launch, where a kernel must be there already: what the request needs besides. */
  prepare?(environment: Readonly<Record<string, string>>): Promise<Partial<LaunchRequest>>;
  /** Breaks the way to its kernels as a network does. */
  cut?(): void | Promise<void>;
  mend?(): void | Promise<void>;
  /**
   * Ends whatever holds the kernels here, best by SIGKILL, and has another one take over a kernel.
   * @returns the kernel, of which the listener hears what was not heard before
   */
  takeOver?(kernelId: string, listener: KernelListener): Promise<Kernel>;
  /** Where its processes are none of this machine's. */
  readonly processes?: {
    /** Another number for another process, as it says itself. */
    idOf(client: KernelClient): Promise<number>;
    /** Sends it what ends it at once. */
    kill(client: KernelClient): void;
    isAlive(id: number): Promise<boolean>;
  };
  dispose(): Promise<void>;
}

/** What a launcher can and cannot do, where it is not all; see also PlaceCapabilities. */
export interface LauncherTraits {
  readonly capabilities: PlaceCapabilities;
  /** It starts its kernels, as they are asked for, and ends them. Default true. */
  readonly owns?: boolean;
  /** It tells the exit code and signal of a process. Default true. */
  readonly knowsExit?: boolean;
  /** Kernels get the document's path as the last restart had it. Default true. */
  readonly renames?: boolean;
  /** Kernels run in the folder, and with the variables, that they were asked for with. Default true. */
  readonly startsAsAsked?: boolean;
  /** It answers whether a folder is there. Default true. */
  readonly checksFolder?: boolean;
  /** There is a way to its kernels that can be cut: `cut` and `mend`. Default true. */
  readonly canBeCut?: boolean;
  /** Its kernels outlive whatever holds them here: `takeOver`. Default true. */
  readonly outlives?: boolean;
  /** What kernels say that they are. Default ipykernel. */
  readonly implementation?: string;
  /** A variable that kernels get as they were asked for with it. Default `EXTRA`. */
  readonly variable?: string;
  /**
   * Python sees the process that it runs in, can start others, and signal them. Without it, that process is whichever the launcher
   * says, and is signalled from here. Default true.
   */
  readonly seesProcesses?: boolean;
  /** Python has ipykernel's own ways to send messages. Default true. */
  readonly hasIpykernel?: boolean;
  /** Control requests are answered while a cell runs. Default true. */
  readonly answersWhileBusy?: boolean;
  /** For each test, in milliseconds. Default 30 s. */
  readonly timeLimit?: number;
}

export const ALL: PlaceCapabilities = { resume: true, limits: true, restart: true, pause: true };

/** What a place says that it cannot do is not tried there; a test that is skipped would count as one that failed. */
const testIf = (isSo: boolean): ((title: string, what: () => Promise<void> | void) => void) =>
  isSo ? test : () => undefined;

/**
 * What every launcher promises (kernel-bridge/SPEC.md), tried on ipykernel. Its processes must be of this machine, also
 * where they are reached as if they were not.
 */
export function launcherContract(
  name: string,
  make: () => Promise<LauncherUnderTest>,
  traits: LauncherTraits = { capabilities: ALL },
): void {
  const { capabilities, owns = true, knowsExit = true, renames = true, checksFolder = true } = traits;
  const { canBeCut = true, outlives = true, startsAsAsked = true, timeLimit = 30_000 } = traits;
  const {
    implementation = 'ipython',
    variable = 'EXTRA',
    seesProcesses = true,
    answersWhileBusy = true,
    hasIpykernel = true,
  } = traits;
  describe(`${name} keeps the contract of launchers`, { timeout: timeLimit }, () => {
    let under: LauncherUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    afterEach(() => under.dispose());

    async function launch(environment: Record<string, string> = {}, sessionPath: string | null = null) {
      const client = new KernelClient();
      const kernel = await under.launcher.launch(
        {
          ...under.request,
          kernelId: randomUUID(),
          sessionPath,
          environment: { ...under.request.environment, ...environment },
          ...(await under.prepare?.(environment)),
        },
        client.listener,
      );
      client.attach(kernel);
      return { client, kernel };
    }
    /** Of the process, as it says itself: a launcher need not know it. */
    async function pidOf(client: KernelClient): Promise<number> {
      if (under.processes !== undefined) return under.processes.idOf(client);
      if (!seesProcesses) return client.kernel.pid ?? Number.NaN;
      return Number((await client.run('import os; print(os.getpid())')).text);
    }
    function kill(client: KernelClient, pid: number): void {
      if (under.processes === undefined) process.kill(pid, 'SIGKILL');
      else under.processes.kill(client);
    }
    async function lives(pid: number): Promise<boolean> {
      return under.processes === undefined ? isAlive(pid) : under.processes.isAlive(pid);
    }
    /** What one of the things that are told of a process is, besides those that a queue has. */
    function eventsOf(client: KernelClient) {
      return client.listener.lifecycles.filter(({ kind }) => kind !== 'waiting');
    }
    async function launchReady() {
      const launched = await launch();
      await launched.kernel.ready();
      return launched;
    }

    test('[R1] [R2] a kernel says what it is, is heard from its first output on, and our questions are not', async () => {
      const { client, kernel } = await launch();
      expect(await kernel.ready()).toMatchObject({ implementation });
      expect((await client.run('print(6 * 7)')).text).toBe('42\n');
      const types = client.listener.messages.map(({ parentHeader }) => parentHeader?.msg_type);
      expect(types).not.toContain('kernel_info_request');
    });

    testIf(owns && startsAsAsked)(
      '[L3] [L4] a kernel runs where, for what and with which variables it was asked',
      async () => {
        const { client } = await launch({ [variable]: 'given' }, '/documents/a.ipynb');
        const names = [variable, 'JPY_SESSION_NAME'];
        const { text } = await client.run(
          `import os; print(os.getcwd(), *[os.environ[name] for name in ${JSON.stringify(names)}], "JPY_PARENT_PID" in os.environ)`,
        );
        const values = ['given', '/documents/a.ipynb', 'False'];
        expect(text.trim().split(' ')).toEqual([under.request.workingDirectory, ...values]);
      },
    );

    test('[M3] what is sent before the kernel answers waits for it', async () => {
      const { client } = await launch();
      expect((await client.run('1 + 1')).text).toBe('2');
    });

    test('[M1] [M2] a flood arrives whole and in order', async () => {
      const { client } = await launchReady();
      const id = client.execute(
        [
          'import time',
          'p = get_ipython().display_pub',
          'for i in range(5000):',
          '    p.publish({"text/plain": str(i) + ","})',
          // ipykernel's own socket drops what comes when 1,000 messages wait, which is soon where nobody else gets the processor.
          '    if i % 250 == 249: time.sleep(0.05)',
        ].join('\n'),
      );
      await client.idle(id);
      const expected = Array.from({ length: 5000 }, (_, i) => `${i},`).join('');
      expect(client.textOf(id) === expected).toBe(true);
    });

    test('[W1] binary buffers and big numbers pass as they are', async () => {
      const { client } = await launchReady();
      const code = [
        ...(hasIpykernel
          ? [
              'ip = get_ipython().kernel',
              'send = lambda content, buffers: ip.session.send(ip.iopub_socket, "comm_msg", content, parent=ip.get_parent("shell"), buffers=buffers)',
            ]
          : [
              'import comm',
              'send = lambda content, buffers: comm.create_comm("t").send(content["data"], buffers=buffers)',
            ]),
        'send({"data": {"big": 12345678901234567890}, "comm_id": "c"}, [bytes(range(256))])',
      ].join('\n');
      const id = client.execute(code);
      const message = await client.listener.untilMessage((m) => m.header.msg_type === 'comm_msg');
      expect(answers(message, id)).toBe(true);
      expect(Buffer.from(message.frames[3]!).toString()).toContain('12345678901234567890');
      expect([...message.frames[4]!]).toEqual(Array.from({ length: 256 }, (_, i) => i));
      await client.idle(id);
    });

    test('stdin: an input request is heard and its answer reaches the kernel', async () => {
      const { client } = await launchReady();
      const id = client.execute('print("hello", input("name? "))');
      const question = await client.listener.untilMessage((m) => m.channel === 'stdin');
      expect(question.header.msg_type).toBe('input_request');
      expect(contentOf(question)).toMatchObject({ prompt: 'name? ' });
      client.send('stdin', 'input_reply', { value: 'you', status: 'ok' });
      await client.idle(id);
      expect(client.textOf(id)).toBe('hello you\n');
    });

    testIf(answersWhileBusy)('control: a debug request is answered while the kernel is busy', async () => {
      const { client, kernel } = await launchReady();
      const busy = client.execute('import time; time.sleep(60)');
      await client.listener.untilMessage((m) => answers(m, busy) && m.header.msg_type === 'execute_input');
      const id = client.send('control', 'debug_request', { type: 'request', seq: 1, command: 'debugInfo' });
      const reply = await client.listener.untilMessage((m) => answers(m, id) && m.channel === 'control');
      expect(reply.header.msg_type).toBe('debug_reply');
      await kernel.shutdown({ now: true });
    });

    test('[E1] an interrupt ends what runs, not the kernel', async () => {
      const { client, kernel } = await launchReady();
      const id = client.execute('import time\nprint("on")\ntime.sleep(60)');
      await client.listener.untilMessage((m) => answers(m, id) && m.header.msg_type === 'stream');
      await kernel.interrupt();
      expect(await client.reply(id)).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
      expect((await client.run('print("alive")')).text).toBe('alive\n');
      expect(eventsOf(client)).toEqual([]);
    });

    test('[E1] an interrupt while the kernel starts does not end it', async () => {
      const { client, kernel } = await launch();
      await Promise.all([kernel.interrupt(), kernel.ready()]);
      expect((await client.run('print("alive")')).text).toBe('alive\n');
      expect(eventsOf(client)).toEqual([]);
    });

    testIf(capabilities.restart)(
      '[E2] [R4] a restart makes a new process under the same id, quietly',
      async () => {
        const { client, kernel } = await launchReady();
        await client.run('x = 1');
        const pid = await pidOf(client);
        await kernel.restart({ sessionPath: '/documents/renamed.ipynb' });
        await kernel.ready();
        const fresh = await pidOf(client);
        expect(fresh).not.toBe(pid);
        expect([null, fresh]).toContain(kernel.pid);
        expect((await client.run('print("x" in dir())')).text).toBe('False\n');
        const session = hasIpykernel ? '__session__' : 'os.environ["JPY_SESSION_NAME"]';
        if (renames)
          expect((await client.run(`import os; print(${session})`)).text).toBe('/documents/renamed.ipynb\n');
        expect(eventsOf(client)).toEqual([]);
        expect(client.listener.messages.map(({ header }) => header.msg_type)).toContain('shutdown_reply');
      },
    );

    testIf(capabilities.restart)(
      '[D1] [D2] [D6] [M3] a crash is told, the kernel restarted, and what was sent meanwhile runs',
      async () => {
        const { client, kernel } = await launchReady();
        await client.run('x = 1');
        client.execute('import os, sys; print("last words", flush=True); sys.stdout.flush(); os._exit(7)');
        expect(await client.listener.untilLifecycle('died')).toMatchObject({
          exit: knowsExit ? { exitCode: 7, signal: null, outOfMemory: null } : { outOfMemory: null },
          waiting: new Set(),
        });
        expect((await client.run('print("x" in dir())')).text).toBe('False\n');
        const kinds = client.listener.heard.map(
          ({ event, message }) => event?.kind ?? message?.header.msg_type,
        );
        expect(kinds.lastIndexOf('autorestarted')).toBeGreaterThan(kinds.indexOf('died'));
        expect(eventsOf(client).at(-1)).toEqual({ kind: 'autorestarted', pid: kernel.pid });
      },
    );

    testIf(capabilities.restart)('[D2] [M4] a kernel that dies again and again is given up', async () => {
      const { client, kernel } = await launchReady();
      for (let death = 1; death <= 6; death++) {
        await kernel.ready();
        if (seesProcesses) client.execute('import os, signal; os.kill(os.getpid(), signal.SIGKILL)');
        else kill(client, await pidOf(client));
        await client.listener.untilLifecycle('died', death);
      }
      await client.listener.untilLifecycle('gave-up');
      const kinds = client.listener.lifecycles.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'died')).toHaveLength(6);
      expect(kinds.filter((kind) => kind === 'autorestarted')).toHaveLength(5);
      if (knowsExit) expect(client.listener.lifecycles.at(-1)).toMatchObject({ exit: { signal: 'SIGKILL' } });
      expect(() => client.execute('1')).toThrow(KernelError);
      await expect(kernel.ready()).rejects.toMatchObject({ code: 'KERNEL_DEAD' });
      await expect(kernel.interrupt()).rejects.toMatchObject({ code: 'KERNEL_DEAD' });
      await expect(kernel.restart()).rejects.toMatchObject({ code: 'KERNEL_DEAD' });
    });

    testIf(owns)(
      '[C3] [E4] shutdown ends the process and removes its connection file, however often it is asked',
      async () => {
        const { client, kernel } = await launchReady();
        const pid = await pidOf(client);
        await Promise.all([kernel.shutdown(), kernel.shutdown({ now: true }), kernel.shutdown()]);
        expect(await lives(pid)).toBe(false);
        expect(kernel.pid).toBeNull();
        expect(kernel.connectionFile !== null && existsSync(kernel.connectionFile)).toBe(false);
        expect(eventsOf(client)).toEqual([]);
        expect(() => client.execute('1')).toThrow(KernelError);
      },
    );

    testIf(capabilities.restart)(
      '[R4] ready() means the process that a restart makes, also if the one before was about to answer',
      async () => {
        const { client, kernel } = await launch();
        const { pid } = kernel;
        await kernel.restart();
        await kernel.ready();
        const fresh = await pidOf(client);
        expect([null, fresh]).toContain(kernel.pid);
        expect(fresh).not.toBe(pid);
      },
    );

    testIf(capabilities.restart)(
      '[E4] a kernel that is dying is restarted, and shut down, as any other',
      async () => {
        const { client, kernel } = await launchReady();
        kill(client, await pidOf(client));
        await kernel.restart();
        await kernel.ready();
        expect((await client.run('print("alive")')).text).toBe('alive\n');
        const pid = await pidOf(client);
        kill(client, pid);
        await kernel.shutdown();
        expect(await lives(pid)).toBe(false);
        expect(client.listener.lifecycles.map(({ kind }) => kind)).not.toContain('gave-up');
      },
    );

    testIf(capabilities.restart)(
      '[E4] shutdown wins over a restart, and a waiting ready() hears of it',
      async () => {
        const { kernel } = await launch();
        const outcomes = await Promise.allSettled([kernel.ready(), kernel.restart(), kernel.shutdown()]);
        expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
        expect(outcomes[0]).toMatchObject({ reason: { code: 'KERNEL_DEAD' } });
      },
    );

    testIf(owns)('[E5] closing the launcher ends all its kernels and starts no more', async () => {
      const kernels = await Promise.all([launchReady(), launchReady()]);
      const pids = await Promise.all(kernels.map(({ client }) => pidOf(client)));
      await Promise.all([under.launcher.close(), under.launcher.close()]);
      expect(await Promise.all(pids.map(lives))).toEqual([false, false]);
      await expect(launch()).rejects.toMatchObject({ code: 'KERNEL_LAUNCH_FAILED' });
    });

    testIf(capabilities.restart && seesProcesses)(
      '[D4] what a dead process left running is ended',
      async () => {
        const { client, kernel } = await launchReady();
        const code = 'import subprocess; print(subprocess.Popen(["sleep", "1000"]).pid)';
        const left = Number((await client.run(code)).text);
        expect(isAlive(left)).toBe(true);
        client.execute('import os; os._exit(1)');
        await client.listener.untilLifecycle('autorestarted');
        await kernel.ready();
        await expect.poll(() => isAlive(left)).toBe(false);
      },
    );

    testIf(capabilities.limits)('[Q4] [Q5] a kernel whose time is up is ended, and says why', async () => {
      const limits = { softMemory: null, memory: null, cpuTime: null, wallTime: 3, idleTime: null };
      under = { ...under, request: { ...under.request, limits } };
      const { client } = await launchReady();
      const pid = await pidOf(client);
      expect(await client.listener.untilLifecycle('gave-up')).toMatchObject({
        exit: { limit: 'wall-time' },
      });
      const told = { limit: 'wall-time', effect: 'ended' };
      expect(await client.listener.untilLifecycle('limit-reached')).toMatchObject(told);
      expect(isAlive(pid)).toBe(false);
    });

    testIf(!owns)('[X8] whatever is asked of it, a kernel that is not ours lives on', async () => {
      const { client, kernel } = await launchReady();
      const pid = await pidOf(client);
      await expect(kernel.restart()).rejects.toMatchObject({ code: 'KERNEL_LAUNCH_FAILED' });
      expect((await client.run('print("alive")')).text).toBe('alive\n');
      await kernel.shutdown({ now: true });
      expect(() => client.execute('1')).toThrow(KernelError);
      const other = await launchReady();
      const otherPid = await pidOf(other.client);
      await under.launcher.close();
      expect([pid, otherPid].map(isAlive)).toEqual([true, true]);
      expect([...eventsOf(client), ...eventsOf(other.client)]).toEqual([]);
    });

    testIf(!capabilities.restart)('[D1] [X7] a death is told, and is the end', async () => {
      const { client, kernel } = await launchReady();
      client.execute('print("last words", flush=True); import os; os._exit(7)');
      await client.listener.untilLifecycle('gave-up');
      expect(eventsOf(client).map(({ kind }) => kind)).toEqual(['died', 'gave-up']);
      expect(() => client.execute('1')).toThrow(KernelError);
      await expect(kernel.ready()).rejects.toMatchObject({ code: 'KERNEL_DEAD' });
    });

    const printing = (lines: number) =>
      `import time\nfor i in range(${lines}):\n    print(i, flush=True)\n    time.sleep(0.05)`;
    const printed = (lines: number) => Array.from({ length: lines }, (_, i) => `${i}\n`).join('');

    testIf(outlives)(
      '[A3] [X5] a kernel whose holder was killed in the middle of a run goes on with the next one',
      async () => {
        if (under.takeOver === undefined) throw new TypeError('nobody can take over (see LauncherTraits)');
        const { client, kernel } = await launchReady();
        const pid = await pidOf(client);
        const id = client.execute(printing(60));
        await client.listener.untilMessage((m) => answers(m, id) && m.header.msg_type === 'stream');
        const next = new KernelClient(client.session);
        next.attach(await under.takeOver(kernel.id, next.listener));
        await next.kernel.ready();
        await next.idle(id);
        const text = client.textOf(id) + next.textOf(id);
        if (capabilities.resume) expect(text).toBe(printed(60));
        else expect(text.endsWith('59\n')).toBe(true);
        if (!capabilities.resume) await next.listener.untilLifecycle('reattached');
        expect(await pidOf(next)).toBe(pid);
        await next.kernel.shutdown();
      },
    );

    testIf(canBeCut)(
      '[X5] [X6] a way that was cut for a while loses nothing unsaid, and what was sent meanwhile runs',
      async () => {
        if (under.cut === undefined || under.mend === undefined)
          throw new TypeError('there is no way to cut (see LauncherTraits)');
        const { client } = await launchReady();
        const id = client.execute(printing(60));
        await client.listener.untilMessage((m) => answers(m, id) && m.header.msg_type === 'stream');
        await under.cut();
        // What is written into a connection while it breaks is gone: each end has to notice first.
        await sleep(200);
        const waits = client.execute('print("sent meanwhile")');
        await sleep(1_000);
        await under.mend();
        await client.idle(waits);
        expect(client.textOf(waits)).toBe('sent meanwhile\n');
        const kinds = eventsOf(client).filter(({ kind }) => kind !== 'warned');
        if (capabilities.resume) expect(client.textOf(id)).toBe(printed(60));
        if (capabilities.resume) expect(kinds).toEqual([]);
        else {
          expect(kinds).toEqual([expect.objectContaining({ kind: 'reattached' })]);
          const { why } = kinds[0] as { why?: string };
          expect(why).toMatch(/\w/);
          const heard = client.textOf(id).trim().split('\n').map(Number);
          expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b));
          expect(heard.at(-1)).toBe(59);
        }
        expect((await client.run('print("alive")')).text).toBe('alive\n');
      },
    );

    testIf(owns && checksFolder)('[L6] a missing folder is told', async () => {
      const request = { ...under.request, kernelId: randomUUID(), sessionPath: null };
      const { listener } = new KernelClient();
      await expect(
        under.launcher.launch({ ...request, workingDirectory: '/no/such' }, listener),
      ).rejects.toMatchObject({ code: 'KERNEL_LAUNCH_FAILED' });
    });
  });
}

/** A connection file's content. */
export function connectionOf(kernel: Kernel): Record<string, unknown> {
  if (kernel.connectionFile === null) throw new Error('the kernel has no connection file');
  return JSON.parse(readFileSync(kernel.connectionFile, 'utf8')) as Record<string, unknown>;
}

/** A process that waits only for its parent to take note of its end is not alive. */
export function isAlive(pid: number | null): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'state=', '-p', String(pid ?? 0)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}
