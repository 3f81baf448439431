import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { composedRoutes, routesOf } from '../doubles/composed-routes.ts';
import { handshake } from '../servers/handshake.ts';
import { send, sendOk } from '../servers/http.ts';
import type { HttpAnswer, HttpRequest } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startKernel } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';

vi.mock('../../server/compose-routes.ts', { spy: true });

const VIEW = 'token-for-looking';
const CELL = {
  id: 'c',
  cell_type: 'code',
  source: '1 + 1',
  metadata: {},
  outputs: [],
  execution_count: null,
};
const NOTEBOOK = { cells: [CELL], metadata: {}, nbformat: 4, nbformat_minor: 5 };
const OURS = '/api/in-the-loop/v1';

/** What there is on the server, for the requests to be about. */
interface Present {
  readonly kernel: string;
  readonly session: string;
  readonly run: string;
  readonly room: string;
}

type Who = 'anybody' | 'viewers' | 'full';
type Row = readonly [who: Who, method: string, path: string, body?: unknown];

/** Who each route is for: at least one row for each method of each. */
const rows = ({ kernel, session, run, room }: Present): readonly Row[] => [
  ['anybody', 'GET', '/api'],
  ['anybody', 'GET', '/healthz'],
  ['anybody', 'GET', '/login'],
  ['anybody', 'POST', '/login', 'password=wrong'],
  ['anybody', 'GET', '/logout'],
  ['anybody', 'GET', '/in-the-loop-worker.js'],
  ['anybody', 'GET', '/in-the-loop-forget.js'],
  ['anybody', 'GET', '/static/lab/missing.js'],
  ['anybody', 'GET', '/static/notebook/missing.js'],
  ['anybody', 'GET', '/static/missing.js'],
  ['anybody', 'GET', '/lab/extensions/missing.js'],
  ['anybody', 'GET', '/in-the-loop/browser-runtime/missing/host.html'],
  ['viewers', 'GET', '/in-the-loop/browser-packages/missing/numpy.whl'],
  ['anybody', 'GET', '/favicon.ico'],
  ['anybody', 'GET', '/lab/api/themes/missing.css'],
  ['viewers', 'GET', '/metrics'],
  ['viewers', 'GET', '/api/status'],
  ['viewers', 'GET', '/api/spec.yaml'],
  ['full', 'POST', '/api/shutdown'],
  ['full', 'POST', '/api/security/csp-report', '{}'],
  ['viewers', 'GET', '/api/kernels'],
  ['full', 'POST', '/api/kernels', {}],
  ['viewers', 'GET', `/api/kernels/${kernel}`],
  ['full', 'DELETE', `/api/kernels/${kernel}`],
  ['full', 'POST', `/api/kernels/${kernel}/interrupt`],
  ['full', 'POST', `/api/kernels/${kernel}/restart`],
  ['full', 'POST', `/api/kernels/${kernel}/execute`, { cell_id: 'c', document_id: room }],
  ['viewers', 'GET', '/api/sessions'],
  ['full', 'POST', '/api/sessions', { path: 'b', name: '', type: 'file', kernel: { name: 'python3' } }],
  ['viewers', 'GET', `/api/sessions/${session}`],
  ['full', 'PATCH', `/api/sessions/${session}`, { path: 'b.ipynb' }],
  ['full', 'DELETE', `/api/sessions/${session}`],
  ['viewers', 'GET', '/api/kernelspecs'],
  ['viewers', 'GET', '/api/kernelspecs/python3'],
  ['viewers', 'GET', '/kernelspecs/python3/logo-64x64.png'],
  ['viewers', 'GET', '/api/contents/a.ipynb'],
  ['viewers', 'GET', '/api/contents/a.ipynb/checkpoints'],
  ['full', 'PUT', '/api/contents/a.ipynb', { type: 'notebook', format: 'json', content: NOTEBOOK }],
  ['full', 'POST', '/api/contents', { type: 'file' }],
  ['full', 'POST', '/api/contents', { copy_from: 'a.ipynb' }],
  ['full', 'PATCH', '/api/contents/a.ipynb', { path: 'b.ipynb' }],
  ['full', 'DELETE', '/api/contents/a.ipynb'],
  ['full', 'POST', '/api/contents/a.ipynb/checkpoints'],
  ['full', 'POST', '/api/contents/a.ipynb/checkpoints/checkpoint'],
  ['full', 'DELETE', '/api/contents/a.ipynb/checkpoints/checkpoint'],
  ['full', 'POST', '/api/contents/a.ipynb/trust'],
  ['viewers', 'GET', '/api/notebooks/a.ipynb'],
  ['viewers', 'GET', '/api/resolvePath?path=a.ipynb'],
  ['viewers', 'GET', '/files/a.ipynb'],
  ['viewers', 'GET', '/view/a.ipynb'],
  ['viewers', 'GET', '/api/nbconvert'],
  ['viewers', 'GET', '/nbconvert/script/a.ipynb'],
  ['full', 'POST', '/nbconvert/script', { name: 'a.ipynb', content: NOTEBOOK }],
  ['full', 'GET', '/api/terminals'],
  ['full', 'POST', '/api/terminals'],
  ['full', 'GET', '/api/terminals/1'],
  ['full', 'DELETE', '/api/terminals/1'],
  ['full', 'POST', '/api/events', {}],
  ['viewers', 'GET', `${OURS}/runs`],
  ['full', 'POST', `${OURS}/runs`, { path: 'a.ipynb', cells: ['c'] }],
  ['full', 'DELETE', `${OURS}/runs?path=a.ipynb`],
  ['viewers', 'GET', `${OURS}/runs/${run}`],
  ['full', 'POST', `${OURS}/runs/${run}/input`, { value: 'x' }],
  ['full', 'POST', `${OURS}/runs/${run}/cancel`],
  ['full', 'DELETE', `${OURS}/runs/${run}`],
  ['viewers', 'GET', `${OURS}/runs/${run}/text/stdout`],
  ['full', 'GET', `/in-the-loop/runs/${run}/input`],
  ['full', 'POST', `/in-the-loop/runs/${run}/input`, 'value=x'],
  ['viewers', 'PUT', '/api/collaboration/session/a.ipynb', { format: 'json', type: 'notebook' }],
  ['viewers', 'GET', `/api/collaboration/fork/${room}`],
  ['full', 'PUT', `/api/collaboration/fork/${room}`, {}],
  ['full', 'DELETE', `/api/collaboration/fork/${room}?merge=true`],
  ['viewers', 'GET', '/api/collaboration/timeline/a.ipynb?format=json&type=notebook'],
  ['full', 'PUT', `/api/collaboration/undo_redo/${room}?action=undo&steps=1&forkRoom=x`],
  ['viewers', 'GET', `${OURS}/outputs/${'0'.repeat(64)}`],
  ['viewers', 'GET', `${OURS}/history?path=a.ipynb`],
  ['viewers', 'GET', `${OURS}/history/version?path=a.ipynb&version=now`],
  ['viewers', 'GET', `${OURS}/history/difference?path=a.ipynb&from=1`],
  ['full', 'POST', `${OURS}/viewer-links`, { path: 'a.ipynb', page: 'lab/tree' }],
  ['full', 'POST', `${OURS}/history/restore`, { path: 'a.ipynb', version: 1 }],
  ['viewers', 'GET', `${OURS}/offline`],
  ['viewers', 'GET', `${OURS}/agent/models`],
  ['full', 'POST', `${OURS}/agent/models/check`, { model: 'nobody:model' }],
  ['viewers', 'GET', `${OURS}/agent/threads`],
  ['full', 'POST', `${OURS}/agent/threads`, { title: 'Plots' }],
  ['full', 'PATCH', `${OURS}/agent/threads/t`, { title: 'Tables' }],
  ['full', 'DELETE', `${OURS}/agent/threads/t`],
  ['viewers', 'GET', `${OURS}/agent/threads/t/markdown`],
  ['viewers', 'GET', `${OURS}/agent/threads/t/images/1/0`],
  ['full', 'POST', `${OURS}/agent/threads/t/turns`, { turn_id: uuid, model: 'nobody:model', text: 'x' }],
  ['viewers', 'GET', `${OURS}/agent/threads/t/turns/u/context`],
  ['full', 'POST', `${OURS}/agent/threads/t/turns/u/stop`, {}],
  ['full', 'POST', `${OURS}/agent/threads/t/turns/u/approvals`, { call_id: null, approve: true }],
  ['full', 'POST', `${OURS}/agent/threads/t/turns/u/revert`],
  ['viewers', 'GET', `${OURS}/agent/keys`],
  ['full', 'POST', `${OURS}/agent/keys`, { name: 'My editor', scopes: ['reads'] }],
  ['full', 'DELETE', `${OURS}/agent/keys/k`],
  // They ask for a key themselves.
  ['anybody', 'GET', `${OURS}/mcp`],
  ['anybody', 'POST', `${OURS}/mcp`, {}],
  ['anybody', 'DELETE', `${OURS}/mcp`],
  ['viewers', 'GET', `${OURS}/agent/policy`],
  ['full', 'PUT', `${OURS}/agent/policy`, { tools: {} }],
  ['viewers', 'GET', `${OURS}/places`],
  ['full', 'POST', `${OURS}/places`, { title: 'Lab', kind: 'gateway' }],
  ['full', 'POST', `${OURS}/places/check`, { id: 'nowhere' }],
  ['full', 'PUT', `${OURS}/places/nowhere`, { title: 'Lab', kind: 'gateway' }],
  ['full', 'DELETE', `${OURS}/places/nowhere`],
  ['full', 'POST', `${OURS}/places/nowhere/refresh`],
  ['full', 'POST', `${OURS}/places/nowhere/accept-host-key`, { fingerprint: 'x' }],
  ['viewers', 'GET', `${OURS}/places/nowhere/resources`],
  ['full', 'PUT', `${OURS}/places/nowhere/resources`, { path: 'a.ipynb', resources: {} }],
  ['viewers', 'GET', `${OURS}/runtimes`],
  ['viewers', 'GET', `${OURS}/runtimes/${kernel}/log`],
  ['full', 'POST', `${OURS}/runtimes/${kernel}/move`, { kernelspec: 'nothing' }],
  ['full', 'DELETE', `${OURS}/runtimes/${kernel}`],
  ['viewers', 'GET', `${OURS}/runtime-agents`],
  ['full', 'POST', `${OURS}/runtime-agents`, { title: 'My workstation' }],
  ['full', 'DELETE', `${OURS}/runtime-agents/nobody`],
  ['full', 'POST', `${OURS}/browser-runtime/hosts/nobodys/left`, { secret: '0'.repeat(16), unshared: [] }],
  ['viewers', 'GET', '/api/config/notebook'],
  ['full', 'PUT', '/api/config/notebook', { a: 1 }],
  ['full', 'PATCH', '/api/config/notebook', { a: 1 }],
  ['viewers', 'GET', '/api/me'],
  ['viewers', 'PATCH', '/api/me', { name: 'Vera' }],
  ['viewers', 'GET', '/tree'],
  ['viewers', 'GET', '/notebooks/a.ipynb'],
  ['viewers', 'GET', '/edit/a.txt'],
  ['viewers', 'GET', '/consoles/a'],
  ['viewers', 'GET', '/terminals/1'],
  ['viewers', 'GET', '/custom/custom.css'],
  ['viewers', 'GET', '/lab/api/settings'],
  ['viewers', 'GET', '/lab/api/settings/@jupyterlab/apputils-extension:themes'],
  ['full', 'PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', { raw: '{}' }],
  ['viewers', 'GET', '/lab/api/workspaces'],
  ['viewers', 'GET', '/lab/api/workspaces/default'],
  ['full', 'PUT', '/lab/api/workspaces/default', { data: {}, metadata: { id: 'default' } }],
  ['full', 'DELETE', '/lab/api/workspaces/default'],
  ['full', 'PUT', '/lab/api/workspaces', { data: {}, metadata: { id: 'default' } }],
  ['full', 'DELETE', '/lab/api/workspaces'],
  ['viewers', 'GET', '/lab/api/translations'],
  ['viewers', 'GET', '/lab/api/translations/en'],
  ['viewers', 'GET', '/lab/api/licenses/'],
  ['viewers', 'GET', '/lab/api/extensions'],
  ['full', 'POST', '/lab/api/extensions', { cmd: 'disable', extension_name: '@jupyterlab/cell-toolbar' }],
  ['viewers', 'GET', '/lab/api/plugins'],
  ['full', 'POST', '/lab/api/plugins', { cmd: 'disable', plugin_name: '@jupyterlab/cell-toolbar' }],
  ['viewers', 'GET', '/lab/api/build'],
  ['full', 'POST', '/lab/api/build'],
  ['full', 'DELETE', '/lab/api/build'],
  ['viewers', 'GET', '/lab/api/news'],
  ['viewers', 'GET', '/lab/api/update'],
  ['viewers', 'GET', '/lsp/status'],
  ['viewers', 'GET', '/lab/api/listings/@jupyterlab/extensionmanager-extension/listings.json'],
  ['viewers', 'GET', '/lab/api/listings/other.json'],
  ['viewers', 'GET', '/lab'],
  ['viewers', 'GET', '/doc/tree/a.ipynb'],
];

/** `key`: for programs with a key of their own, and for nobody who is signed in. */
type SocketRow = readonly [who: Who | 'key', path: string];
const socketRows = ({ kernel, room }: Present): readonly SocketRow[] => [
  ['viewers', `/api/kernels/${kernel}/channels`],
  ['full', '/terminals/websocket/1'],
  ['viewers', '/api/events/subscribe'],
  ['viewers', `${OURS}/live`],
  ['key', `${OURS}/runtime-agents/link`],
  ['full', `${OURS}/browser-runtime/link`],
  ['viewers', `/api/collaboration/room/${room}`],
  ['viewers', '/api/collaboration/room/JupyterLab:globalAwareness'],
];

const pathOf = (path: string): string => path.split('?')[0] ?? '';
const anyPresent: Present = { kernel: '', session: '', run: 'r', room: 'json:notebook:x' };
const uuid = '00000000-0000-0000-0000-000000000000';

test.each(['on', 'stock'] as const)(
  'every route and websocket of `%s` has its row',
  async (collaboration) => {
    const { publicRoutes, authenticatedRoutes, upgradeRoutes } = await composedRoutes(collaboration);
    const asked = rows({ ...anyPresent, kernel: uuid, session: uuid });
    const without = routesOf([...publicRoutes, ...authenticatedRoutes]).filter(
      (route) =>
        !asked.some(
          ([, method, path]) =>
            (route.method === 'ALL' || route.method === method) && route.matches(pathOf(path)),
        ),
    );
    expect(without.map(({ method, pattern }) => `${method} ${pattern}`)).toEqual([]);
    const sockets = socketRows({ ...anyPresent, kernel: uuid });
    const unasked = upgradeRoutes.filter(({ pattern }) => !sockets.some(([, path]) => pattern.test(path)));
    expect(unasked.map(({ pattern }) => String(pattern))).toEqual([]);
  },
);

/** Each file's name and content. */
function filesIn(...folders: readonly string[]): Record<string, string> {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
  return Object.fromEntries(
    files.filter((file) => statSync(file).isFile()).map((file) => [file, digest(file)]),
  );
}

describe.each(['on', 'stock'] as const)('I7: with `--collaboration %s`', (collaboration) => {
  let server: JupyterServerProcess;
  let present: Present;
  /** Of somebody with full rights. */
  let cookie: string;
  let before: unknown;
  /** Those rows that this server has routes for. */
  let answered: readonly Row[];

  const state = async (): Promise<unknown> => ({
    files: filesIn(server.folders.root, server.folders.config),
    kernels: (await sendOk(server, { path: '/api/kernels' })).json<{ id: string }[]>().map(({ id }) => id),
    sessions: (await sendOk(server, { path: '/api/sessions' }))
      .json<{ id: string; path: string }[]>()
      .map(({ id, path }) => [id, path]),
    terminals: (await sendOk(server, { path: '/api/terminals' })).json(),
    runs: (await sendOk(server, { path: `${OURS}/runs` })).json(),
    forks: (await sendOk(server, { path: `/api/collaboration/fork/${present.room}` })).json(),
  });
  const isRefused = ({ status, headers }: HttpAnswer): boolean =>
    status === 403 || (status === 302 && (headers.location ?? '').startsWith('/login?'));

  beforeAll(async () => {
    server = await startOurServer({ args: ['--collaboration', collaboration, '--view-token', VIEW] });
    writeFileSync(join(server.folders.root, 'a.ipynb'), JSON.stringify(NOTEBOOK));
    writeFileSync(join(server.folders.root, 'a.txt'), 'text');
    const session = {
      path: 'a.ipynb',
      name: 'a.ipynb',
      type: 'notebook',
      kernel: { id: await startKernel(server) },
    };
    const opened = await sendOk(server, { method: 'POST', path: '/api/sessions', body: session });
    const { id, kernel } = opened.json<{ id: string; kernel: { id: string } }>();
    await sendOk(server, { method: 'POST', path: '/api/terminals' });
    const asked = await sendOk(server, {
      method: 'POST',
      path: `${OURS}/runs`,
      body: { path: 'a.ipynb', cells: ['c'] },
    });
    const [run] = asked.json<{ runs: { id: string }[] }>().runs;
    await vi.waitUntil(
      async () => {
        // Whoever looks at the notebook's past has it saved first.
        await sendOk(server, { path: '/api/collaboration/timeline/a.ipynb?format=json&type=notebook' });
        const now = (await sendOk(server, { path: `${OURS}/runs/${run?.id}` })).json();
        return now['status'] === 'done' && now['is_in_file'] === true;
      },
      { timeout: 20_000, interval: 100 },
    );
    const place = { format: 'json', type: 'notebook' };
    const shared = await sendOk(server, {
      method: 'PUT',
      path: '/api/collaboration/session/a.ipynb',
      body: place,
    });
    const room = `json:notebook:${shared.json<{ fileId: string }>().fileId}`;
    present = { kernel: kernel.id, session: id, run: run?.id ?? '', room };
    await sendOk(server, { method: 'POST', path: '/api/contents/a.ipynb/checkpoints' });
    const page = await sendOk(server, { path: '/api/me' });
    cookie = (page.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
    before = await state();
    const { publicRoutes, authenticatedRoutes } = await composedRoutes(collaboration);
    const routes = routesOf([...publicRoutes, ...authenticatedRoutes]);
    answered = rows(present).filter(([, , path]) => routes.some((route) => route.matches(pathOf(path))));
  }, 60_000);
  afterAll(() => server.close());

  const asRequest = ([, method, path, body]: Row, headers: Record<string, string>): HttpRequest => ({
    ...{ method, path, auth: 'none', headers },
    ...(body === undefined ? {} : { body }),
  });
  const ask = async (row: Row, headers: Record<string, string>) => {
    const answer = await send(server, asRequest(row, headers));
    return { answer, of: `${row[1]} ${row[2]} as ${JSON.stringify(headers)}: ${answer.status}` };
  };

  test('a stranger gets what is for anybody, and nothing else', async () => {
    const strangers: readonly Record<string, string>[] = [
      {},
      { authorization: 'token wrong' },
      { authorization: `token ${VIEW}x` },
      { cookie: cookie.replace(/.(?=;|$)/g, 'x') },
    ];
    for (const row of answered)
      for (const headers of strangers) {
        const { answer, of } = await ask(row, headers);
        if (row[0] === 'anybody') expect(isRefused(answer) && row[1] !== 'POST', of).toBe(false);
        else expect(isRefused(answer), of).toBe(true);
      }
    expect(await state()).toEqual(before);
  });

  test('a viewer gets what is for viewers, and is refused all that changes or runs something', async () => {
    for (const row of answered) {
      const { answer, of } = await ask(row, { authorization: `token ${VIEW}` });
      if (row[0] === 'full') expect(answer.status, of).toBe(403);
      else expect([401, 403, 405, 500], of).not.toContain(answer.status);
    }
    expect(await state()).toEqual(before);
  });

  test("another site's page and one without its XSRF token change nothing with the cookie", async () => {
    const reported = '/api/security/csp-report';
    for (const row of answered) {
      const [who, method, path] = row;
      if (who === 'anybody' || path === reported) continue;
      const isApi = path.startsWith('/api/') && !/^\/api\/(?:notebooks\/|spec\.yaml$)/.test(path);
      if (method === 'GET' && !isApi) continue;
      const foreign = await ask(row, { cookie, origin: 'http://evil.example' });
      expect([403, 404], foreign.of).toContain(foreign.answer.status);
      if (method === 'GET') continue;
      const forged = await ask(row, { cookie });
      expect(forged.answer.status, forged.of).toBe(403);
    }
    expect(await state()).toEqual(before);
  });

  test('websockets let in nobody else', async () => {
    const { upgradeRoutes } = await composedRoutes(collaboration);
    for (const [who, path] of socketRows(present)) {
      const isHere = upgradeRoutes.some(({ pattern }) => pattern.test(path));
      const status = async (headers: Record<string, string>): Promise<number> =>
        (await handshake(server, path, headers)).status;
      const refused = !isHere ? 404 : who === 'key' ? 401 : 403;
      expect(await status({}), path).toBe(refused);
      expect(await status({ authorization: 'token wrong' }), path).toBe(refused);
      expect(await status({ cookie, origin: 'http://evil.example' }), path).toBe(refused);
      const mayCome = isHere && who !== 'key';
      expect(await status({ cookie, origin: server.origin }), path).toBe(mayCome ? 101 : isHere ? 401 : 404);
      const viewer = await status({ authorization: `token ${VIEW}` });
      expect(viewer, path).toBe(!mayCome ? refused : who === 'full' ? 403 : 101);
    }
  });
});
