import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { PlaceCheckLine, PlaceModel } from '../../server/wire/place.ts';
import type { MovedAnswer, PlaceRequest } from '../../server/wire/places-api.ts';
import type { RuntimeModel } from '../../server/wire/runtime.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';

const OURS = '/api/in-the-loop/v1';
const FAR_TOKEN = 'secret-token-of-the-far-server';
const cell = (id: string, source: string): object => ({
  ...{ id, cell_type: 'code', source, metadata: {}, outputs: [], execution_count: null },
});

/** A server whose places are another server's kernels: a Jupyter server on another machine, as far as it knows. */
let far: JupyterServerProcess;
let near: JupyterServerProcess;
beforeAll(async () => {
  [far, near] = await Promise.all([startOurServer({ token: FAR_TOKEN }), startOurServer()]);
});
afterAll(async () => {
  await Promise.all([far?.close(), near?.close()]);
});

const farPlace = (title: string): PlaceRequest => ({
  title,
  kind: 'gateway',
  settings: { url: far.origin, token: FAR_TOKEN },
});

async function places(server = near): Promise<readonly PlaceModel[]> {
  return (await sendOk(server, { path: `${OURS}/places` })).json<{ places: PlaceModel[] }>().places;
}

async function runtimes(): Promise<readonly RuntimeModel[]> {
  return (await sendOk(near, { path: `${OURS}/runtimes` })).json<{ runtimes: RuntimeModel[] }>().runtimes;
}

/** Asks until it is so: places are asked behind everybody's back. */
async function until<Found>(look: () => Promise<Found | undefined>, what: string): Promise<Found> {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error(`not seen: ${what}`);
}

const placeIn = (id: string, state: PlaceModel['state']['kind'], server = near): Promise<PlaceModel> =>
  until(
    async () => (await places(server)).find((place) => place.id === id && place.state.kind === state),
    `${id} ${state}`,
  );

async function added(request: PlaceRequest): Promise<string> {
  const { id } = (
    await sendOk(near, { method: 'POST', path: `${OURS}/places`, body: request })
  ).json<PlaceModel>();
  onTestFinished(
    async () => void (await send(near, { method: 'DELETE', path: `${OURS}/places/${id}?kernels=end` })),
  );
  await placeIn(id, 'ready');
  return id;
}

async function checked(body: object): Promise<PlaceCheckLine[]> {
  const answer = await sendOk(near, { method: 'POST', path: `${OURS}/places/check`, body });
  return answer
    .text()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PlaceCheckLine);
}

async function opened(
  path: string,
  kernel: string,
  cells: object[] = [cell('a', '1')],
): Promise<{ id: string; kernelId: string }> {
  const content = {
    cells,
    metadata: { kernelspec: { name: kernel, display_name: kernel } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const body = { type: 'notebook', format: 'json', content };
  await sendOk(near, { method: 'PUT', path: `/api/contents/${path}`, body });
  const session = { path, name: path, type: 'notebook', kernel: { name: kernel } };
  const { id, kernel: started } = (
    await sendOk(near, { method: 'POST', path: '/api/sessions', body: session })
  ).json<{ id: string; kernel: { id: string } }>();
  onTestFinished(async () => void (await send(near, { method: 'DELETE', path: `/api/sessions/${id}` })));
  return { id, kernelId: started.id };
}

async function ran(kernelId: string, code: string): Promise<string> {
  const socket = await KernelSocket.open(near, kernelId);
  const { text } = await socket.finish(socket.start(code));
  await socket.close();
  return text;
}

describe('a place', () => {
  test('is tried, added, used beside this machine, and removed', async () => {
    const lines = await checked(farPlace('The other machine'));
    expect(lines.map(({ type }) => type)).toContain('step');
    expect(lines.at(-1)).toMatchObject({
      type: 'done',
      kernelspecs: expect.arrayContaining(['the-other-machine.python3']) as string[],
    });
    const id = await added(farPlace('The other machine'));
    const specs = (await sendOk(near, { path: '/api/kernelspecs' })).json<{
      default: string;
      kernelspecs: Record<
        string,
        { spec: { display_name: string; metadata: object }; resources: Record<string, string> }
      >;
    }>();
    expect(specs.default).toBe('python3');
    const spec = specs.kernelspecs[`${id}.python3`];
    expect(spec?.spec.display_name).toMatch(/ · The other machine$/);
    expect(spec?.spec.metadata).toMatchObject({
      in_the_loop: { place: { id, title: 'The other machine', kind: 'gateway' } },
    });
    const logo = spec?.resources['logo-64x64'] ?? '';
    expect((await sendOk(near, { path: logo })).body.subarray(1, 4).toString()).toBe('PNG');
    const { kernelId } = await opened('far.ipynb', `${id}.python3`);
    expect(await ran(kernelId, 'print(6 * 7)')).toBe('42\n');
    expect((await sendOk(far, { path: '/api/kernels' })).json<unknown[]>()).toHaveLength(1);
    expect((await runtimes()).find((each) => each.kernelId === kernelId)).toMatchObject({
      kernelspec: `${id}.python3`,
      place: { id, title: 'The other machine', kind: 'gateway' },
      notebook: 'far.ipynb',
      queued: 0,
    });
    const refused = await send(near, { method: 'DELETE', path: `${OURS}/places/${id}` });
    expect(refused.status).toBe(409);
    expect(refused.json()).toMatchObject({ kernels: [{ kernelId, notebook: 'far.ipynb' }] });
    await sendOk(near, { method: 'DELETE', path: `${OURS}/places/${id}?kernels=end` });
    expect((await places()).map((place) => place.id)).toEqual(['this-machine', 'browser']);
    expect((await sendOk(far, { path: '/api/kernels' })).json<unknown[]>()).toHaveLength(0);
    expect((await send(near, { path: `/api/kernelspecs/${id}.python3` })).status).toBe(404);
  });

  test('I10: keeps its secrets to itself, and to its owner on disk; what is left out of a change stays', async () => {
    const id = await added(farPlace('Keeper'));
    const file = join(near.folders.state, 'places.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(FAR_TOKEN);
    const answer = await sendOk(near, { path: `${OURS}/places` });
    expect(answer.text()).not.toContain(FAR_TOKEN);
    expect((await places()).find((place) => place.id === id)?.settings).toEqual({ url: far.origin });
    const body = { title: 'Keeper', kind: 'gateway', settings: { url: `${far.origin}/` } };
    const changed = await sendOk(near, { method: 'PUT', path: `${OURS}/places/${id}`, body });
    expect(changed.text()).not.toContain(FAR_TOKEN);
    await placeIn(id, 'ready');
    expect(near.output()).not.toContain(FAR_TOKEN);
  });

  test('that nobody answers at, or that knows us not, says so where it is tried and where it is listed', async () => {
    const dead = { title: 'Dead', kind: 'gateway', settings: { url: 'http://127.0.0.1:9/' } };
    expect((await checked(dead)).at(-1)).toMatchObject({ type: 'failed', code: 'PLACE_UNREACHABLE' });
    const { id } = (
      await sendOk(near, { method: 'POST', path: `${OURS}/places`, body: dead })
    ).json<PlaceModel>();
    const { state } = await placeIn(id, 'failed');
    expect(state.text).not.toBe(null);
    expect(state.remedy).not.toBe(null);
    await sendOk(near, { method: 'DELETE', path: `${OURS}/places/${id}` });
    const denied = { ...farPlace('Denied'), settings: { url: far.origin, token: 'wrong' } };
    expect((await checked(denied)).at(-1)).toMatchObject({ type: 'failed', code: 'PLACE_DENIED' });
  });

  test.each([
    [{ title: 'X', kind: 'gateway', settings: { url: 'file:///etc/passwd' } }, 'url'],
    [{ title: 'X', kind: 'gateway', settings: { url: 'http://a/', colour: 'red' } }, 'colour'],
    [{ title: 'X', kind: 'agent', settings: {} }, 'kind'],
    [{ id: '../x', title: 'X', kind: 'gateway', settings: { url: 'http://a/' } }, 'id'],
    [{ id: 'this-machine', title: 'X', kind: 'gateway', settings: { url: 'http://a/' } }, 'id'],
  ])('that is described so is refused, with what is wrong: %j', async (body, field) => {
    const answer = await send(near, { method: 'POST', path: `${OURS}/places`, body });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ field });
  });

  test('I7: of the configuration file is there, is shown to viewers without settings, has its secret from a file, and cannot be changed', async () => {
    const tokenFile = join(near.folders.home, 'far-token');
    writeFileSync(tokenFile, `${FAR_TOKEN}\n`);
    const config = join(near.folders.home, 'in-the-loop.json');
    const settings = { url: far.origin, tokenFile: 'far-token' };
    const broken = { url: far.origin, tokenFile: 'missing-token' };
    const section = {
      lab: { kind: 'gateway', title: 'Lab', settings },
      lost: { kind: 'gateway', settings: broken },
    };
    writeFileSync(config, JSON.stringify({ places: section }));
    const server = await startOurServer({ args: ['--config', config, '--view-token', 'viewing'] });
    onTestFinished(() => server.close());
    const { isConfigured, kernelspecs } = await placeIn('lab', 'ready', server);
    expect(isConfigured).toBe(true);
    expect(kernelspecs).toContain('lab.python3');
    const shown = async (token: string): Promise<unknown> =>
      (await places({ ...server, token })).find(({ id }) => id === 'lab')?.settings;
    expect(await shown(server.token)).toEqual({ url: far.origin });
    expect(await shown('viewing')).toEqual({});
    expect((await placeIn('lost', 'failed', server)).state.text).toContain('missing-token');
    const change = { method: 'PUT', path: `${OURS}/places/lab`, body: farPlace('Mine') };
    expect((await send(server, change)).status).toBe(409);
    expect((await send(server, { method: 'DELETE', path: `${OURS}/places/lab` })).status).toBe(409);
  });
});

describe('a notebook that moves', () => {
  test('to another place and back keeps outputs, history and text, and loses only its variables', async () => {
    const id = await added(farPlace('Mover'));
    const notebook = await opened('moves.ipynb', 'python3', [
      cell('a', 'x = 1; print("here")'),
      cell('b', 'print("x" in dir())'),
    ]);
    const run = async (cellId: string): Promise<string> => {
      const body = { path: 'moves.ipynb', cells: [cellId] };
      const { runs } = (await sendOk(near, { method: 'POST', path: `${OURS}/runs`, body })).json<{
        runs: { id: string }[];
      }>();
      const runId = runs[0]?.id ?? '';
      const isDone = async (): Promise<true | undefined> => {
        const { status } = (await sendOk(near, { path: `${OURS}/runs/${runId}` })).json<{ status: string }>();
        return status === 'done' ? true : undefined;
      };
      await until(isDone, `the run of ${cellId}`);
      return (await sendOk(near, { path: `${OURS}/runs/${runId}/text/stdout` })).text();
    };
    expect(await run('a')).toBe('here\n');
    expect(await run('b')).toBe('True\n');
    const move = {
      method: 'POST',
      path: `${OURS}/runtimes/${notebook.kernelId}/move`,
      body: { kernelspec: `${id}.python3` },
    };
    const moved = (await sendOk(near, move)).json<MovedAnswer>();
    expect(moved).toMatchObject({ kernelspec: `${id}.python3`, endedRuns: 0 });
    expect(moved.note).toMatch(/variables are gone/);
    expect((await send(near, { path: `/api/kernels/${notebook.kernelId}` })).status).toBe(404);
    expect(await run('b')).toBe('False\n');
    // Stock JupyterLab's way, by its kernel picker.
    const change = {
      method: 'PATCH',
      path: `/api/sessions/${notebook.id}`,
      body: { kernel: { name: 'python3' } },
    };
    await sendOk(near, change);
    expect(await run('b')).toBe('False\n');
    const { runs } = (await sendOk(near, { path: `${OURS}/runs?path=moves.ipynb` })).json<{
      runs: unknown[];
    }>();
    expect(runs).toHaveLength(4);
    const saved = (await sendOk(near, { path: '/api/contents/moves.ipynb' })).json<{
      content: { cells: { id: string; outputs: { text?: unknown }[] }[] };
    }>();
    expect(JSON.stringify(saved.content.cells[0]?.outputs)).toContain('here');
    expect(JSON.stringify(saved.content.cells[1]?.outputs)).toContain('False');
  });

  test('tells the cells that had not ended, and says how many', async () => {
    const id = await added(farPlace('Busy'));
    const { kernelId } = await opened('busy.ipynb', 'python3');
    const socket = await KernelSocket.open(near, kernelId);
    const running = socket.start('import time; print("on", flush=True); time.sleep(60)');
    const waiting = socket.start('1 + 1');
    await socket.find(
      ({ header, parent_header: parent }) => header.msg_type === 'stream' && parent.msg_id === running.msg_id,
    );
    const move = {
      method: 'POST',
      path: `${OURS}/runtimes/${kernelId}/move`,
      body: { kernelspec: `${id}.python3` },
    };
    expect((await sendOk(near, move)).json<MovedAnswer>().endedRuns).toBe(2);
    await socket.find(
      ({ header, parent_header: parent, content }) =>
        header.msg_type === 'stream' &&
        parent.msg_id === running.msg_id &&
        String(content['text']).includes('moved to another kernel'),
    );
    const aborted = await socket.find(
      ({ header, parent_header: parent }) =>
        header.msg_type === 'execute_reply' && parent.msg_id === waiting.msg_id,
    );
    expect(JSON.stringify(aborted.content)).toContain('moved to another kernel');
    await socket.close();
  });

  test('to where nothing starts keeps its kernel and its variables', async () => {
    const id = await added(farPlace('Gone'));
    const { kernelId } = await opened('stays.ipynb', 'python3');
    await ran(kernelId, 'x = 1');
    const proxied = await send(near, {
      method: 'POST',
      path: `${OURS}/runtimes/${kernelId}/move`,
      body: { kernelspec: `${id}.nothing` },
    });
    expect(proxied.status).toBe(404);
    const body = { title: 'Gone', kind: 'gateway', settings: { token: 'wrong' } };
    await sendOk(near, { method: 'PUT', path: `${OURS}/places/${id}`, body });
    const refused = await send(near, {
      method: 'POST',
      path: `${OURS}/runtimes/${kernelId}/move`,
      body: { kernelspec: `${id}.python3` },
    });
    expect(refused.status).toBe(502);
    expect(refused.json<{ message: string }>().message).toMatch(/^Gone: .*keeps its kernel/);
    expect(await ran(kernelId, 'print(x)')).toBe('1\n');
  });
});

test('what a kernel uses and said last is told, and ending it says what is kept', async () => {
  const { kernelId } = await opened('uses.ipynb', 'python3');
  await ran(kernelId, 'import os; os.write(2, b"to its log\\n"); 1');
  const used = await until(async () => {
    const found = (await runtimes()).find((each) => each.kernelId === kernelId);
    return found?.cpu == null ? undefined : found;
  }, 'what it uses');
  expect(used).toMatchObject({ place: { id: 'this-machine', kind: 'local' }, notebook: 'uses.ipynb' });
  expect(used.memory).toBeGreaterThan(10_000_000);
  const { text } = (await sendOk(near, { path: `${OURS}/runtimes/${kernelId}/log` })).json<{
    text: string;
  }>();
  expect(text).toContain('was started by');
  const ended = (
    await sendOk(near, { method: 'DELETE', path: `${OURS}/runtimes/${kernelId}` })
  ).json<MovedAnswer>();
  expect(ended).toMatchObject({ kernelId: null, endedRuns: 0 });
  expect((await send(near, { path: `/api/kernels/${kernelId}` })).status).toBe(404);
  const metrics = (await sendOk(near, { path: '/metrics' })).text();
  expect(metrics).toMatch(/in_the_loop_kernel_launches_total\{place="this-machine",outcome="started"\} \d/);
});

test('what a notebook asks for at a place is kept in its metadata', async () => {
  const id = await added(farPlace('Asked'));
  await opened('asks.ipynb', 'python3');
  const path = `${OURS}/places/${id}/resources`;
  expect((await sendOk(near, { path: `${path}?path=asks.ipynb` })).json()).toEqual({
    form: null,
    chosen: null,
  });
  const body = { path: 'asks.ipynb', resources: { memory: '4G' } };
  await sendOk(near, { method: 'PUT', path, body });
  expect((await sendOk(near, { path: `${path}?path=asks.ipynb` })).json()).toEqual({
    form: null,
    chosen: { memory: '4G' },
  });
  const { content } = (await sendOk(near, { path: '/api/contents/asks.ipynb' })).json<{
    content: { metadata: object };
  }>();
  expect(content.metadata).toMatchObject({ in_the_loop: { resources: { [id]: { memory: '4G' } } } });
});
