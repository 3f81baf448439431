import { randomUUID } from 'node:crypto';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive, launcherContract } from '../../test/contract/launcher-contract.ts';
import { answers, KernelClient } from '../../test/doubles/kernel-client.ts';
import { OthersKernels } from '../../test/doubles/others-kernels.ts';
import type { DetachableKernel, KernelListener, LaunchRequest } from '../kernel.ts';
import { RemoteLauncher } from '../remote/remote-launcher.ts';
import type { KernelSupervisor } from '../supervisor/kernel-supervisor.ts';
import { AttachHost } from './attach-host.ts';
import { AttachPlace } from './attach-place.ts';
import type { AttachSettings } from './attach-settings.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };

let root: string;
let others: OthersKernels;
const launchers: RemoteLauncher[] = [];

async function setUp(): Promise<void> {
  root = await realpath(await mkdtemp(join(tmpdir(), 'at-')));
  others = new OthersKernels(root);
}

async function cleanUp(): Promise<void> {
  await Promise.all(launchers.splice(0).map((launcher) => launcher.close()));
  await others.close();
  await rm(root, { recursive: true });
}

function makeLauncher(): RemoteLauncher {
  const host = new AttachHost();
  const launcher = new RemoteLauncher({ kind: 'attach', host, log, folder: join(root, 'kernels') });
  launchers.push(launcher);
  return launcher;
}

function requestFor(connectionFile: string): LaunchRequest {
  const spec = {
    argv: [],
    display_name: 'Python',
    language: 'python',
    env: {},
    interrupt_mode: 'message',
    metadata: {},
  } as const;
  return {
    kernelId: randomUUID(),
    kernelspec: { name: 'here.1001', resourceDirectory: '', prefix: null, place: 'here', spec },
    workingDirectory: root,
    sessionPath: null,
    environment: {},
    pythonPrefix: '',
    runtimeDirectory: join(root, 'runtime'),
    target: { kind: 'attach', connectionFile },
  };
}

async function attach(connectionFile: string) {
  const client = new KernelClient();
  const kernel = await makeLauncher().launch(requestFor(connectionFile), client.listener);
  client.attach(kernel);
  return { client, kernel };
}

async function takeOver(kernelId: string, listener: KernelListener): Promise<DetachableKernel> {
  await Promise.all(launchers.splice(0).map((launcher) => launcher.detach()));
  const launcher = makeLauncher();
  const record = (await launcher.records()).find(({ request }) => request.kernelId === kernelId);
  if (record === undefined) throw new Error('there is no record of it');
  return launcher.adopt(record, listener, new Date());
}

launcherContract(
  'attaching',
  async () => {
    await setUp();
    const launcher = makeLauncher();
    return {
      launcher,
      request: requestFor(''),
      async prepare(environment) {
        const kernel = await others.start({ environment });
        await others.listens(kernel);
        return { target: { kind: 'attach', connectionFile: await others.wayTo(kernel) } };
      },
      cut: () => others.cut(),
      mend: () => others.mend(),
      takeOver,
      dispose: cleanUp,
    };
  },
  {
    capabilities: { resume: false, limits: false, restart: false, pause: false },
    owns: false,
    knowsExit: false,
  },
);

describe('a kernel that somebody else has started', () => {
  beforeEach(setUp);
  afterEach(cleanUp);

  test.each([
    ['tcp', { transport: 'tcp' }],
    ['tcp with CurveZMQ', { transport: 'tcp', curve: true }],
    ['ipc with an empty key', { transport: 'ipc', key: '' }],
  ] as const)('[X8] is attached to over %s', async (_name, how) => {
    const kernel = await others.start(how);
    await expect
      .poll(
        () =>
          attach(kernel.file).then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
    const { client } = await attach(kernel.file);
    expect(await client.kernel.ready()).toMatchObject({ implementation: 'ipython' });
    expect((await client.run('print(6 * 7)')).text).toBe('42\n');
    expect(client.kernel.connectionFile).toBe(kernel.file);
  });

  test('[X8] is there at once though it is busy, and is interrupted by a message', async () => {
    const kernel = await others.start();
    await others.listens(kernel);
    const first = await attach(kernel.file);
    await first.kernel.ready();
    const id = first.client.execute('print("on", flush=True)\nimport time; time.sleep(60)');
    await first.client.listener.untilMessage((m) => answers(m, id) && m.header.msg_type === 'stream');
    const second = await attach(kernel.file);
    expect(await second.kernel.ready()).toMatchObject({ implementation: 'ipython' });
    await second.kernel.interrupt();
    expect(await first.client.reply(id)).toMatchObject({ ename: 'KeyboardInterrupt' });
  });

  test('[X8] is heard doing what other clients ask of it', async () => {
    const kernel = await others.start();
    await others.listens(kernel);
    const [ours, theirs] = [await attach(kernel.file), await attach(kernel.file)];
    await Promise.all([ours.kernel.ready(), theirs.kernel.ready()]);
    const id = theirs.client.execute('print("theirs")');
    await ours.client.idle(id);
    expect(ours.client.textOf(id)).toBe('theirs\n');
    await expect(theirs.client.reply(id)).resolves.toMatchObject({ status: 'ok' });
    expect(ours.client.listener.messages.filter(({ channel }) => channel === 'shell')).toEqual([]);
  });

  test('[X7] that is restarted by its owner has died, and is another', async () => {
    const kernel = await others.start();
    await others.listens(kernel);
    const { client } = await attach(kernel.file);
    await client.run('x = 1');
    kernel.process.kill('SIGKILL');
    others.run(kernel.file);
    await client.listener.untilLifecycle('autorestarted');
    const kinds = client.listener.lifecycles.map(({ kind }) => kind);
    expect(kinds).toEqual(['reattached', 'died', 'autorestarted']);
    expect((await client.run('print("x" in dir())')).text).toBe('False\n');
  });

  test('a file that a kernel left behind, that is none, or is not there, is a clear error', async () => {
    const kernel = await others.start();
    await others.listens(kernel);
    kernel.process.kill('SIGKILL');
    await expect.poll(() => isAlive(kernel.process.pid ?? 0)).toBe(false);
    await expect(attach(kernel.file)).rejects.toMatchObject({ code: 'PLACE_UNREACHABLE' });
    await writeFile(join(root, 'secret.json'), '{"password": "hunter2"}');
    const error = await attach(join(root, 'secret.json')).catch((reason: unknown) => reason as Error);
    expect(error).toMatchObject({ code: 'PLACE_UNFIT' });
    expect((error as Error).message).not.toContain('hunter2');
    await expect(attach(join(root, 'none.json'))).rejects.toMatchObject({ code: 'PLACE_UNFIT' });
  });
});

describe('a place of kernels that somebody else has started', () => {
  beforeEach(setUp);
  afterEach(cleanUp);

  const launched: LaunchRequest[] = [];
  function makePlace(settings: AttachSettings = {}, ours: readonly string[] = []): AttachPlace {
    launched.length = 0;
    const here = {
      launch: (request: LaunchRequest) => Promise.resolve(launched.push(request)),
    } as unknown as KernelSupervisor;
    const isOurs = (id: string): boolean => ours.includes(id);
    return new AttachPlace({ settings, runtimeDirectory: root, here, isOurs, log });
  }

  test('lists those that answer and are not ours, and attaches to the one that is chosen', async () => {
    const kernel = await others.start();
    await others.listens(kernel);
    await others.write('kernel-ours.json', kernel.info);
    await others.write('kernel-gone.json', { ...kernel.info, ip: join(root, 'gone') });
    await others.write('kernel-odd.json', { shell_port: 'none' });
    const place = makePlace({}, ['ours']);
    const found = await place.kernelspecs();
    expect(found.map(({ name, spec }) => [name, spec.display_name.replace(/[\d.]+ /, '')])).toEqual([
      ['1001', 'Python (1001)'],
    ]);
    const request = { ...requestFor(''), environment: { SECRET: '1' } };
    await place.launch(
      request,
      {},
      { message: () => undefined, lifecycle: () => undefined, refused: () => undefined },
    );
    expect(launched[0]).toMatchObject({
      environment: {},
      target: { kind: 'attach', connectionFile: kernel.file },
    });
    await place.end();
    expect(isAlive(kernel.process.pid ?? 0)).toBe(true);
  });

  test('of one connection file says when its kernel has ended', async () => {
    const kernel = await others.start();
    await others.listens(kernel);
    const place = makePlace({ connectionFile: 'kernel-1001.json' });
    const steps: string[] = [];
    await place.check((step) => steps.push(step));
    expect(steps).toEqual([`Asks the kernel of ${kernel.file}`]);
    kernel.process.kill('SIGKILL');
    await expect.poll(() => isAlive(kernel.process.pid ?? 0)).toBe(false);
    await expect(place.kernelspecs()).rejects.toMatchObject({ code: 'PLACE_UNREACHABLE' });
  });

  test('tells when connection files come and go', async () => {
    const place = makePlace();
    const changed = new Promise<void>((resolve) => place.onChange(resolve));
    await others.write('kernel-new.json', {});
    await changed;
    await place.close();
  });
});
