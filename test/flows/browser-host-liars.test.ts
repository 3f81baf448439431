import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { HostSupervisor } from '../../kernel-bridge/hosted/link/host-supervisor.ts';
import { MemorySpool } from '../../kernel-bridge/hosted/link/memory-spool.ts';
import { encodeJson } from '../../kernel-bridge/supervisor/link/frame.ts';
import { farLaunch, quiet } from '../doubles/far-machine.ts';
import { HostedProcesses, hostedMessage } from '../doubles/hosted-process.ts';
import { PageObserver } from '../doubles/hosting-page.ts';
import { KernelClient } from '../doubles/kernel-client.ts';
import { LyingHost } from '../doubles/lying-host.ts';
import { SupervisorLauncher } from '../doubles/supervisor-launcher.ts';
import { HostDesk, joinHost } from '../servers/host-desk.ts';

// Whoever may run kernels can dial in as a page, and say whatever it likes: it is told, and nobody else is disturbed.

let desk: HostDesk;
const honest: HostSupervisor[] = [];
beforeEach(async () => {
  desk = await HostDesk.start();
});
afterEach(async () => {
  for (const host of honest.splice(0)) host.close();
  await desk.close();
});

/** A page that is what it says, with a kernel that a test plays. */
async function honestPage(hello: Parameters<HostDesk['dial']>[0] = {}) {
  const processes = new HostedProcesses();
  const host = new HostSupervisor({
    startKernel: processes.start,
    spool: new MemorySpool(),
    observer: new PageObserver(),
    log: quiet,
  });
  honest.push(host);
  const dialled = await desk.dial(hello, (socket) => joinHost(socket, host));
  const { client, kernel } = await launchAt(dialled.hello.hostId);
  processes.last.ready();
  await kernel.ready();
  const prints = (text: string): void =>
    processes.last.say(hostedMessage('iopub', 'stream', { name: 'stdout', text }));
  return { ...dialled, host, client, kernel, prints };
}

async function launchAt(hostId: string) {
  const { supervisor } = await desk.reached(hostId);
  const client = new KernelClient();
  const kernel = await new SupervisorLauncher(supervisor).launch(farLaunch(randomUUID()), client.listener);
  client.attach(kernel);
  return { client, kernel };
}

async function liar(names: readonly string[] = [], hello: Parameters<HostDesk['dial']>[0] = {}) {
  let host: LyingHost | undefined;
  const dialled = await desk.dial(hello, (socket) => (host = new LyingHost(socket, names)));
  await desk.reached(dialled.hello.hostId);
  return { ...dialled, liar: host as LyingHost };
}

const textsOf = (client: KernelClient): string[] =>
  client.listener.messages.map(
    ({ frames }) => (JSON.parse(Buffer.from(frames[3]!).toString()) as { text: string }).text,
  );
const kindsOf = (client: KernelClient): string[] => client.listener.lifecycles.map(({ kind }) => kind);
const closed = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.once('close', resolve));
/** The kernel of somebody else goes on as if nothing were. */
async function isUndisturbed({ client, kernel, prints }: Awaited<ReturnType<typeof honestPage>>) {
  const before = textsOf(client).length;
  prints('still here\n');
  await vi.waitFor(() => expect(textsOf(client).slice(before)).toEqual(['still here\n']));
  expect(kindsOf(client)).toEqual([]);
  expect(await kernel.ready()).toMatchObject({ implementation: 'scripted' });
}

describe('who dials in as a page', () => {
  test.each([
    ['no JSON', 'garbage'],
    ['another word', '{"type":"hello"}'],
    [
      'a name that is a path',
      JSON.stringify({
        type: 'host',
        protocol: 1,
        hostId: '../../../etc',
        secret: 'x'.repeat(32),
        title: '',
        isLeft: false,
      }),
    ],
    [
      'a secret that is none',
      JSON.stringify({
        type: 'host',
        protocol: 1,
        hostId: randomUUID(),
        secret: '',
        title: '',
        isLeft: false,
      }),
    ],
    ['bytes', Buffer.from([255, 255, 255, 255, 1])],
  ])('and says %s is sent away', async (_what, word) => {
    const other = await honestPage();
    const socket = desk.open();
    await new Promise((resolve) => socket.once('open', resolve));
    const end = closed(socket);
    socket.send(word);
    await vi.waitFor(() => expect(desk.hosts.all()).toHaveLength(1));
    if (typeof word === 'string') await end;
    socket.terminate();
    await isUndisturbed(other);
  });

  test('[K2] and then sends garbage is let go of, which the log says', async () => {
    const other = await honestPage();
    const { liar: page } = await liar();
    page.send(Buffer.from([255, 255, 255, 255, 1, 2, 3]));
    await page.isClosed;
    expect(desk.logged.join('\n')).toContain('is not understood');
    await isUndisturbed(other);
  });

  test('and sends more at once than any message has is let go of', async () => {
    const other = await honestPage();
    const { liar: page } = await liar();
    page.send(Buffer.alloc(2 * 1024 * 1024));
    await page.isClosed;
    await isUndisturbed(other);
  });

  test('as a version that nobody knows is told to be loaded anew', async () => {
    const { answer } = await desk.dial({ protocol: 99 });
    expect(answer).toMatchObject({
      type: 'refused',
      reason: 'protocol',
      message: expect.stringContaining('Reload') as string,
    });
  });
});

describe('[F2] who speaks for kernels', () => {
  test('of others is not heard, and let go of when it goes on', async () => {
    const other = await honestPage();
    const { liar: page, hello } = await liar([other.kernel.id]);
    const { supervisor } = await desk.reached(hello.hostId);
    expect(supervisor.found).toEqual([]);
    expect(page.heard.filter(({ type }) => type === 'attach')).toEqual([]);
    page.send(
      encodeJson({
        type: 'kernel-state',
        state: { kernelId: other.kernel.id, pid: 1, connectionFile: null, isOver: true },
      }),
    );
    page.say(other.kernel.id, 1, 'a lie\n');
    await page.isClosed;
    await isUndisturbed(other);
    expect(textsOf(other.client)).not.toContain('a lie\n');
  });

  test('and skips a position is asked again, and then what is missing is told in its place', async () => {
    const { liar: page, hello } = await liar();
    const { client, kernel } = await launchAt(hello.hostId);
    page.say(kernel.id, 1);
    await vi.waitFor(() => expect(textsOf(client)).toEqual(['1\n']));
    page.say(kernel.id, 4);
    await page.isClosed;
    expect(textsOf(client)).toEqual(['1\n']);

    const again = await liar([kernel.id], hello);
    await vi.waitFor(() =>
      expect(again.liar.heard).toContainEqual({
        type: 'attach',
        kernelId: kernel.id,
        after: 1,
        acknowledged: 1,
      }),
    );
    again.liar.say(kernel.id, 4);
    await vi.waitFor(() => expect(textsOf(client)).toEqual(['1\n', '4\n']));
    const gap = await client.listener.untilLifecycle('reattached');
    expect(gap).toMatchObject({ why: '2 messages of this kernel never came.' });
  });

  test('and repeats a position is let go of, and nothing is heard twice', async () => {
    const other = await honestPage();
    const { liar: page, hello } = await liar();
    const { client, kernel } = await launchAt(hello.hostId);
    page.say(kernel.id, 1);
    page.say(kernel.id, 1, 'again\n');
    await page.isClosed;
    expect(textsOf(client)).toEqual(['1\n']);
    await isUndisturbed(other);
  });

  test('[O2] and floods is let go of, for it does not wait', async () => {
    const other = await honestPage();
    const { liar: page, hello } = await liar();
    const { supervisor } = await desk.reached(hello.hostId);
    const heard = vi.fn();
    // A server that records nothing more.
    const kernel = await supervisor.launch(farLaunch('flooded'), {
      message: heard,
      lifecycle: () => undefined,
      refused: () => undefined,
    });
    const line = 'x'.repeat(900_000);
    for (let position = 1; position <= 60; position++) page.say(kernel.id, position, line);
    await page.isClosed;
    expect(heard.mock.calls.length).toBeLessThan(45);
    await isUndisturbed(other);
  });

  test('and answers what is no answer has it refused, in its own words', async () => {
    const other = await honestPage();
    const { liar: page, hello } = await liar();
    const { kernel } = await launchAt(hello.hostId);
    page.answers = { interrupt: { error: { code: 'NO_SUCH_CODE', message: 'I do not want to' } } };
    await expect(kernel.interrupt()).rejects.toThrow('I do not want to');
    page.answers = { restart: { last: 'soon' } };
    void kernel.restart().catch(() => undefined);
    await page.isClosed;
    await isUndisturbed(other);
  });
});

describe('two pages', () => {
  test('that claim one host: without its secret the second is sent away, and the first not disturbed', async () => {
    const other = await honestPage();
    const { answer } = await desk.dial({ hostId: other.hello.hostId });
    expect(answer).toEqual({
      type: 'refused',
      reason: 'other-machine',
      message: "That page's kernels are somebody else's.",
    });
    await isUndisturbed(other);
  });

  test('[G3] that have one secret: the one that came last has it, and the one before is told', async () => {
    const other = await honestPage();
    const told: string[] = [];
    other.socket.on('message', (data: Buffer | ArrayBuffer, isBinary) => {
      if (!isBinary) told.push(Buffer.from(data as Buffer).toString());
    });
    const { liar: page } = await liar([other.kernel.id], other.hello);
    await closed(other.socket);
    expect(told.map((text) => JSON.parse(text) as unknown)).toEqual([
      { type: 'refused', reason: 'replaced', message: 'This page has connected anew.' },
    ]);
    // What it says of the kernel is heard, for nobody can tell that it is another page.
    await vi.waitFor(() => expect(page.heard.map(({ type }) => type)).toContain('attach'));
  });

  test('of which one says that the other is gone: not while that is connected', async () => {
    const other = await honestPage();
    const { answer } = await desk.dial({ ...other.hello, isLeft: true });
    expect(answer).toMatchObject({ type: 'refused', reason: 'not-now' });
    await isUndisturbed(other);
  });

  test('with one kernel: an id that one has is not started, nor heard, at another', async () => {
    const other = await honestPage();
    const { liar: page, hello } = await liar([other.kernel.id]);
    const { supervisor } = await desk.reached(hello.hostId);
    expect(() =>
      supervisor.adopt(other.kernel.id, 0, { message: vi.fn(), lifecycle: vi.fn(), refused: vi.fn() }),
    ).toThrow('was not found');
    page.say(other.kernel.id, 1);
    await page.isClosed;
    await isUndisturbed(other);
  });
});
