import { afterEach, beforeEach, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { HttpRequest } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';

const VIEW = 'token-for-looking';

let server: JupyterServerProcess;
beforeEach(async () => {
  server = await startOurServer({ args: ['--view-token', VIEW] });
});
afterEach(() => server.close());

const look = (request: HttpRequest) =>
  send(server, { ...request, auth: 'none', headers: { authorization: `token ${VIEW}` } });
const file = { type: 'file', format: 'text', content: 'x' };

test('I7: a viewer sees files, pages and kernels, and changes and runs nothing', async () => {
  await sendOk(server, { method: 'PUT', path: '/api/contents/a.txt', body: file });
  const { id } = (await sendOk(server, { method: 'POST', path: '/api/kernels', body: {} })).json();
  for (const path of ['/api/contents/a.txt', '/api/kernels', '/api/sessions', '/files/a.txt', '/api/me']) {
    expect((await look({ path })).status, path).toBe(200);
  }
  const refused: readonly HttpRequest[] = [
    { method: 'PUT', path: '/api/contents/a.txt', body: file },
    { method: 'POST', path: '/api/contents', body: { type: 'file' } },
    { method: 'PATCH', path: '/api/contents/a.txt', body: { path: 'b.txt' } },
    { method: 'DELETE', path: '/api/contents/a.txt' },
    { method: 'POST', path: '/api/contents/a.txt/checkpoints' },
    { method: 'POST', path: '/api/kernels', body: {} },
    { method: 'POST', path: `/api/kernels/${String(id)}/interrupt` },
    { method: 'POST', path: `/api/kernels/${String(id)}/restart` },
    { method: 'DELETE', path: `/api/kernels/${String(id)}` },
    { method: 'POST', path: '/api/sessions', body: { path: 'a', type: 'x', name: '', kernel: {} } },
    { method: 'POST', path: '/api/terminals' },
    { method: 'GET', path: '/api/terminals' },
    { method: 'PUT', path: '/lab/api/workspaces/default', body: '{}' },
    { method: 'PUT', path: '/lab/api/settings/@jupyterlab/apputils-extension:themes', body: '{}' },
    { method: 'PUT', path: '/api/config/notebook', body: {} },
    { method: 'POST', path: '/api/events', body: {} },
    { method: 'POST', path: '/api/shutdown' },
  ];
  for (const request of refused)
    expect((await look(request)).status, `${request.method} ${request.path}`).toBe(403);
  expect((await sendOk(server, { path: '/api/contents/a.txt' })).json()).toMatchObject({ content: 'x' });
});

test('I7: a viewer watches a kernel that others use, and what they ask of it is not asked', async () => {
  const { id } = (await sendOk(server, { method: 'POST', path: '/api/kernels', body: {} })).json<{
    id: string;
  }>();
  const worker = await KernelSocket.open(server, id);
  const viewer = await KernelSocket.open(server, id, { headers: { authorization: `token ${VIEW}` } });
  viewer.send('shell', 'execute_request', { code: 'seen = 1', silent: false, store_history: true });
  const { text } = await worker.execute('print("seen" in globals())');
  expect(text).toBe('False\n');
  await expect
    .poll(() => viewer.received.some(({ content }) => content['text'] === 'False\n'), { timeout: 10_000 })
    .toBe(true);
  await Promise.all([worker.close(), viewer.close()]);
});

test('I10: the page of a viewer is told so, and never the full token', async () => {
  const page = await look({ path: '/lab', headers: {} });
  expect(page.text()).toMatch(/"inTheLoopViewOnly":\s*true/);
  expect(page.text()).toContain(VIEW);
  expect(page.text()).not.toContain(server.token);
});
