import { writeFileSync } from 'node:fs';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { HOSTS_PATH } from '../../server/wire/browser-runtime.ts';
import { handshake } from '../servers/handshake.ts';
import type { HostedMessage } from '../../kernel-bridge/hosted/hosted-message.ts';
import { headerOf, hostedMessage } from '../doubles/hosted-process.ts';
import { send, sendOk } from '../servers/http.ts';
import type { HttpAnswer } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { loggedEvents } from '../servers/log-command.ts';
import { startOurServer } from '../servers/our-server.ts';
import { PageHost } from '../servers/page-host.ts';

const HOST = 'localhost';
const VIEW = 'token-for-looking';
const PATIENTLY = { timeout: 20_000, interval: 50 };
const LINK = '/api/in-the-loop/v1/browser-runtime/link';

let server: JupyterServerProcess;
let alice: Record<string, string>;
let bob: Record<string, string>;
let notebooks = 0;

const args = ['--view-token', VIEW];
beforeAll(async () => {
  server = await startOurServer({ args });
  [alice, bob] = [await somebody(), await somebody()];
});
afterAll(() => server.close());

/** Headers of a browser that has signed in. Cookies have the host's name in theirs, which is the same for each server here. */
async function somebody(): Promise<Record<string, string>> {
  const page = await sendOk(server, { path: '/lab', headers: { host: HOST, accept: 'text/html' } });
  const cookie = (page.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
  return { cookie, host: HOST, authorization: `token ${server.token}` };
}

async function restartServer(): Promise<void> {
  await server.end('SIGKILL');
  server = await startOurServer({ args, folders: server.folders, token: server.token });
}

function newNotebook(...cells: string[]): string {
  const path = `${(notebooks += 1)}.ipynb`;
  const content = {
    cells: cells.map((id) => ({
      ...{ id, cell_type: 'code', source: 'x', metadata: {}, outputs: [], execution_count: null },
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(join(server.folders.root, path), JSON.stringify(content));
  return path;
}

const start = (path: string, headers: Record<string, string>): Promise<HttpAnswer> =>
  send(server, {
    ...{ method: 'POST', path: '/api/sessions', headers },
    body: { path, name: path, type: 'notebook', kernel: { name: 'browser.python' } },
  });

async function started(
  path: string,
  page: PageHost,
): Promise<{ readonly session: string; readonly kernel: string }> {
  const answer = await start(path, page.headers);
  expect(answer.status, answer.text()).toBe(201);
  page.processes.last.ready();
  const { id, kernel } = answer.json<{ id: string; kernel: { id: string } }>();
  return { session: id, kernel: kernel.id };
}

async function connected(headers = alice): Promise<PageHost> {
  const page = new PageHost(headers);
  expect(await page.connect(server)).toMatchObject({ type: 'accepted' });
  return page;
}

/** What a cell of a notebook has printed, as everybody gets it. */
async function printed(path: string, cell: string): Promise<string> {
  const answer = await sendOk(server, { path: `/api/contents/${path}?content=1` });
  const { content } = answer.json<{ content: { cells: { id: string; outputs: { text?: string }[] }[] } }>();
  return (content.cells.find(({ id }) => id === cell)?.outputs ?? []).map(({ text }) => text ?? '').join('');
}

/** For how long, and why, a kernel was not heard. */
async function gapsOf(kernel: string): Promise<readonly object[]> {
  const events = await loggedEvents(server, `kernel/${kernel}`);
  return events.filter(({ type }) => type === 'kernel-reattached').map(({ data }) => data);
}

const isThere = async (kernel: string): Promise<boolean> =>
  (await send(server, { path: `/api/kernels/${kernel}` })).status === 200;

describe('a kernel in a page', () => {
  let page: PageHost;
  beforeEach(async () => {
    page = await connected();
    return () => page.close();
  });

  test('is offered to everybody, and refused with a remedy where no page of theirs can run it', async () => {
    const listed = await sendOk(server, { path: '/api/kernelspecs' });
    const { kernelspecs } = listed.json<{
      kernelspecs: Record<string, { spec: { display_name: string }; resources: Record<string, string> }>;
    }>();
    expect(kernelspecs['browser.python']?.spec.display_name).toBe('Python (in this browser)');
    const logo = kernelspecs['browser.html']?.resources['logo-svg'] ?? '';
    expect((await sendOk(server, { path: logo })).headers['content-type']).toBe('image/svg+xml');
    const refused = await start(newNotebook('a'), bob);
    expect(refused.text()).toMatch(/none of yours is connected/);
    expect(refused.text()).toMatch(/JupyterLab/);
  });

  test('[BR1] I7: is run by the page that asks, and by nobody else’s', async () => {
    const other = await connected(alice);
    const path = newNotebook('a');
    await started(path, page);
    expect(other.processes.all).toEqual([]);
    expect(page.processes.last.launch).toMatchObject({ sessionPath: path, kernelspecName: 'browser.python' });
    const stolen = await start(newNotebook('a'), { ...bob, 'x-in-the-loop-host': page.hello.hostId });
    expect(stolen.text()).toMatch(/not connected, or is not yours/);
    other.close();
  });

  test('[BR3] I2: what its page ran without a server comes into the notebook, once, whatever becomes of the server and the cell', async () => {
    const path = newNotebook('a', 'b');
    const { kernel } = await started(path, page);
    page.cut();
    page.runHere(kernel, 'a', 'first\n');
    page.runHere(kernel, 'gone', 'of a cell that is not there\n');
    await page.connect(server);
    await restartServer();
    page.runHere(kernel, 'b', 'second\n');
    await page.connect(server);
    await vi.waitFor(async () => {
      expect([await printed(path, 'a'), await printed(path, 'b')]).toEqual(['first\n', 'second\n']);
    }, PATIENTLY);
    await vi.waitFor(() => expect(page.unshared.get(kernel)).toBe(0), PATIENTLY);
    const asked = (await loggedEvents(server, `kernel/${kernel}`)).filter(
      ({ type }) => type === 'execution-requested',
    );
    expect(asked.map(({ data }) => [data['cellId'], data['path']])).toEqual([
      ['a', path],
      ['gone', path],
      ['b', path],
    ]);
    const runs = await sendOk(server, { path: `/api/in-the-loop/v1/runs?path=${path}` });
    expect(runs.json<{ runs: { status: string }[] }>().runs.map(({ status }) => status)).toEqual(
      expect.arrayContaining(['done', 'done']),
    );
  });

  test('[BR4] I5: ends at once with a page that goes away and has handed over everything, and no gap is told', async () => {
    const { kernel } = await started(newNotebook('a'), page);
    const { kernel: other } = await started(newNotebook('a'), page);
    const left = (secret: string, headers = alice, unshared: string[] = []): Promise<HttpAnswer> =>
      send(server, {
        ...{ method: 'POST', path: `/${HOSTS_PATH}/${page.hello.hostId}/left`, headers },
        body: { secret, unshared },
      });
    expect((await left('f'.repeat(36))).status).toBe(404);
    expect((await left(page.hello.secret, bob)).status).toBe(404);
    expect(await isThere(kernel)).toBe(true);
    // Of the other one something is left, which may come with another page.
    expect((await left(page.hello.secret, alice, [other])).status).toBe(204);
    expect([await isThere(kernel), await isThere(other)]).toEqual([false, true]);
    expect((await left(page.hello.secret)).status).toBe(204);
    expect(await isThere(other)).toBe(false);
    expect([...(await gapsOf(kernel)), ...(await gapsOf(other))]).toEqual([]);
    const events = await loggedEvents(server, `kernel/${kernel}`);
    expect(JSON.stringify(events.filter(({ type }) => type === 'kernel-died'))).toContain(
      'outputs stay, variables ended',
    );
  });

  test('[BR6] that the server has forgotten is ended in its page, when that connects', async () => {
    const path = newNotebook('a');
    const { kernel } = await started(path, page);
    const forgotten = page.processes.last;
    page.cut();
    await send(server, {
      ...{ method: 'POST', path: `/${HOSTS_PATH}/${page.hello.hostId}/left`, headers: alice },
      body: { secret: page.hello.secret, unshared: [] },
    });
    expect(await isThere(kernel)).toBe(false);
    expect(forgotten.isEnded).toBe(false);
    page.runHere(kernel, 'a', 'of nobody\n');
    expect(await page.connect(server)).toMatchObject({ type: 'accepted' });
    await vi.waitFor(() => expect(forgotten.isEnded).toBe(true), PATIENTLY);
    await vi.waitFor(async () => expect(await page.spool.kernels()).toEqual([]), PATIENTLY);
    expect(await printed(path, 'a')).toBe('');
  });

  test('[BR4] is over when another page of its browser hands over what a dead one left', async () => {
    const path = newNotebook('a');
    const { kernel } = await started(path, page);
    page.cut();
    page.runHere(kernel, 'a', 'last words\n');
    // All six: the request, busy, its echo, the text, the reply, idle.
    await vi.waitFor(async () => expect(await page.spool.kernels()).toMatchObject([{ last: 6 }]), PATIENTLY);
    page.close();
    const next = new PageHost(alice, page);
    await next.host.open();
    expect(await next.connect(server, { secret: 'f'.repeat(36) })).toMatchObject({ reason: 'other-machine' });
    expect(await next.connect(server)).toMatchObject({ type: 'accepted' });
    await vi.waitFor(() => expect(next.isEmpty).toBe(true), PATIENTLY);
    await vi.waitFor(async () => expect(await printed(path, 'a')).toContain('last words\n'), PATIENTLY);
    expect(await isThere(kernel)).toBe(false);
    next.close();
    // Nothing is known of it any more.
    await vi.waitFor(async () => {
      expect(await new PageHost(alice, page).connect(server)).toMatchObject({ reason: 'revoked' });
    }, PATIENTLY);
  });

  test('[BR4] I2: what was on its way when its page went comes with the next one, once', async () => {
    const path = newNotebook('a');
    const { kernel } = await started(path, page);
    page.host.handOver(false);
    page.runHere(kernel, 'a', 'in the last moment\n');
    await vi.waitFor(async () => expect(await page.spool.kernels()).toMatchObject([{ last: 6 }]), PATIENTLY);
    const left = await send(server, {
      ...{ method: 'POST', path: `/${HOSTS_PATH}/${page.hello.hostId}/left`, headers: alice },
      body: { secret: page.hello.secret, unshared: [], underWay: [kernel] },
    });
    expect(left.status).toBe(204);
    page.close();
    const next = new PageHost(alice, page);
    await next.host.open();
    await vi.waitFor(
      async () => expect(await next.connect(server)).toMatchObject({ type: 'accepted' }),
      PATIENTLY,
    );
    await vi.waitFor(() => expect(next.isEmpty).toBe(true), PATIENTLY);
    await vi.waitFor(async () => {
      expect((await printed(path, 'a')).split('in the last moment')).toHaveLength(2);
    }, PATIENTLY);
    expect(await isThere(kernel)).toBe(false);
    next.close();
  });

  test('[BR5] I2, I5: moves to the page that restarts it, when its own is gone, with a gap in the cell that ran; to nobody else’s', async () => {
    const path = newNotebook('a');
    const { kernel } = await started(path, page);
    const batch = await send(server, {
      ...{ method: 'POST', path: '/api/in-the-loop/v1/runs', headers: page.headers },
      body: { path, cells: ['a'] },
    });
    expect(batch.status, batch.text()).toBe(202);
    const { processes } = page;
    const asked = (): HostedMessage | undefined =>
      processes.last.posted.find((message) => headerOf(message).msg_type === 'execute_request');
    await vi.waitFor(() => expect(asked()).toBeDefined(), PATIENTLY);
    const { header } = asked()!;
    processes.last.status('busy', header);
    processes.last.say(hostedMessage('iopub', 'stream', { name: 'stdout', text: 'shared\n' }, header));
    await vi.waitFor(async () => expect(await printed(path, 'a')).toBe('shared\n'), PATIENTLY);
    page.cut();
    processes.last.say(hostedMessage('iopub', 'stream', { name: 'stdout', text: 'never shared\n' }, header));
    page.close();
    const other = await connected();
    const stranger = await connected(bob);
    const restart = (headers: Record<string, string>): Promise<HttpAnswer> =>
      send(server, { method: 'POST', path: `/api/kernels/${kernel}/restart`, headers });
    const moved = await restart(other.headers);
    expect(moved.status, moved.text()).toBe(200);
    expect(other.processes.last.launch.kernelId).toBe(kernel);
    other.processes.last.ready();
    await vi.waitFor(async () => {
      expect(await printed(path, 'a')).toMatch(/^shared\n.*may be missing here.*given up.*started anew/);
    }, PATIENTLY);
    expect(await gapsOf(kernel)).toMatchObject([{ startsAnew: true }]);
    other.runHere(kernel, 'a', 'moved\n');
    await vi.waitFor(() => expect(other.unshared.get(kernel)).toBe(0), PATIENTLY);
    // A server that is started anew knows where it is, and how far.
    await restartServer();
    await other.connect(server);
    other.runHere(kernel, 'a', 'again\n');
    await vi.waitFor(() => expect(other.unshared.get(kernel)).toBe(0), PATIENTLY);
    const texts = (await loggedEvents(server, `kernel/${kernel}`)).flatMap(({ message }) =>
      message?.header.msg_type === 'stream' ? [message.content['text']] : [],
    );
    expect(texts.filter((text) => !String(text).includes('missing'))).toEqual([
      'shared\n',
      'moved\n',
      'again\n',
    ]);
    expect(await gapsOf(kernel)).toHaveLength(1);
    other.close();
    stranger.close();
  });
});

test('I7: who may only look runs nothing here, and who is not signed in has no connection', async () => {
  const refused = await Promise.all([
    handshake(server, LINK, { authorization: `token ${VIEW}` }),
    handshake(server, LINK),
    handshake(server, LINK, { cookie: alice['cookie'] ?? '', origin: 'https://evil.example' }),
  ]);
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
});

test('I10: secrets of pages are in no file and no line, and what is known of them is readable by its owner alone', async () => {
  const page = await connected();
  await started(newNotebook('a'), page);
  const { state } = server.folders;
  const files = readdirSync(state, { recursive: true, encoding: 'utf8' })
    .map((name) => join(state, name))
    .filter((file) => statSync(file).isFile());
  for (const file of files) expect(readFileSync(file).includes(page.hello.secret), file).toBe(false);
  const record = join(state, 'browser-hosts', page.hello.hostId, 'host.json');
  expect(statSync(record).mode & 0o777).toBe(0o600);
  expect(server.output()).not.toContain(page.hello.secret);
  page.close();
});
