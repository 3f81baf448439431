import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { handshake } from '../servers/handshake.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { onBothServers, onlyStock, ours, stock } from './both-servers.ts';
import { compareRequests } from './compare-requests.ts';
import { notebook } from './sample-files.ts';
import { startServerPair } from './server-pair.ts';

describe('under a base URL', () => {
  const pair = startServerPair(({ folders }) => writeFileSync(join(folders.root, 'plain.txt'), 'text\n'), {
    base: '/user/ada%40b/',
  });
  const ignore = ['store_id'];
  compareRequests('requests', pair, [
    { path: '/' },
    { path: '/tree', ignore },
    { path: '/lab', ignore },
    { path: '/lab/', ignore },
    { path: '/lab', auth: 'none', ignore, note: 'without a token' },
    {
      path: '/login',
      auth: 'none',
      deviation: {
        because: 'a password is set in the terminal, not by whoever knows the token',
        ours: { body: { html: { title: 'Jupyter Server', fields: ['_xsrf', 'password'] } } },
      },
    },
    { path: '/api' },
    { path: '/api/contents/plain.txt' },
    { method: 'PUT', path: '/api/contents/new.txt', body: { type: 'file', format: 'text', content: 'x' } },
    { path: '/files/plain.txt' },
    { path: '/tree/plain.txt' },
    { path: '/api/kernelspecs' },
    {
      path: '/lab/api/themes/@jupyterlab/theme-dark-extension/index.css',
      deviation: {
        because:
          'text says its charset; a range of a rewritten file is not worth having, nor right in Jupyter',
        ours: { 'header content-type': 'text/css; charset=utf-8', 'header accept-ranges': undefined },
      },
    },
    { path: '/static/favicons/favicon.ico' },
  ]);
  test('outside of it there is nothing', async () => {
    for (const server of [pair.stock, pair.ours]) {
      expect((await send({ ...server, base: '/' }, { path: '/api' })).status).toBe(404);
      expect(
        (await handshake({ ...server, base: '/' }, '/api/events/subscribe?token=token-of-the-test')).status,
      ).toBe(404);
    }
  });
  test('a kernel runs', async () => {
    for (const server of [pair.stock, pair.ours]) {
      const socket = await KernelSocket.open(server, await startKernel(server));
      expect((await socket.execute('print(1)')).text).toBe('1\n');
      await socket.close();
    }
  });
});

describe('without a token', () => {
  const pair = startServerPair(undefined, { token: '' });
  compareRequests('requests', pair, [
    { path: '/api/status' },
    { path: '/lab', ignore: ['store_id'] },
    { path: '/login' },
    { method: 'POST', path: '/api/contents', body: { type: 'file' }, note: 'XSRF is still asked for' },
    { path: '/api/status', headers: { origin: 'https://evil.example' }, note: 'foreign Origin' },
    { path: '/api/status', headers: { host: 'evil.example' }, note: 'foreign Host' },
  ]);
});

/** Everything that one server stored, as the other one shows it. */
async function storedState(server: JupyterServerProcess): Promise<{ state: unknown; savedAt: number }> {
  const json = async (path: string): Promise<Record<string, unknown>> =>
    (await sendOk(server, { path })).json();
  const book = await json('/api/contents/book.ipynb');
  const theme = await json('/lab/api/settings/@jupyterlab/apputils-extension:themes');
  const { body } = await sendOk(server, { path: '/api/contents/book.ipynb/checkpoints' });
  const checkpoints = JSON.parse(body.toString()) as { id: string; last_modified: string }[];
  const state = {
    trusted: JSON.stringify(book['content']).includes('"trusted":true'),
    theme: [theme['raw'], theme['settings']],
    workspaces: (await json('/lab/api/workspaces'))['workspaces'],
    section: await json('/api/config/shared_section'),
    checkpoints: checkpoints.map(({ id }) => id),
  };
  return { state, savedAt: Date.parse(checkpoints[0]?.last_modified ?? '') };
}

describe.skipIf(onlyStock)('both servers in turn on the same folders', () => {
  test.each([
    [stock, ours],
    [ours, stock],
  ])(
    'what $name stores, the other one finds: trust, settings, workspaces, configuration, checkpoints',
    async (first, second) => {
      const before = await first.start();
      const output = { output_type: 'display_data', metadata: {}, data: { 'text/html': '<b>x</b>' } };
      const put = (path: string, body: unknown): Promise<unknown> =>
        sendOk(before, { method: 'PUT', path, body });
      await put('/api/contents/book.ipynb', {
        type: 'notebook',
        format: 'json',
        content: notebook('1', [output]),
      });
      await sendOk(before, { method: 'POST', path: '/api/contents/book.ipynb/trust' });
      await sendOk(before, { method: 'POST', path: '/api/contents/book.ipynb/checkpoints' });
      await put('/lab/api/settings/@jupyterlab/apputils-extension:themes', {
        raw: '{"theme": "JupyterLab Dark"}',
      });
      await put('/lab/api/workspaces/mine', { data: { a: 1 }, metadata: { id: 'mine' } });
      await put('/api/config/shared_section', { a: { b: 1 } });
      const stored = await storedState(before);
      expect(stored.state).toMatchObject({
        trusted: true,
        section: { a: { b: 1 } },
        checkpoints: ['checkpoint'],
      });
      await before.end('SIGTERM');
      const after = await second.start({ folders: before.folders });
      try {
        const found = await storedState(after);
        expect(found.state).toEqual(stored.state);
        // Node and Python round the file system's nanoseconds to different microseconds.
        expect(Math.abs(found.savedAt - stored.savedAt)).toBeLessThanOrEqual(1);
      } finally {
        await after.close();
      }
    },
  );
});

onBothServers('configuration of $name', ({ start }) => {
  test('kernelspecs of JUPYTER_PATH come first', async () => {
    const server = await start();
    const { folders } = server;
    await server.end('SIGTERM');
    const spec = join(folders.own, 'extra', 'kernels', 'own-spec');
    mkdirSync(spec, { recursive: true });
    const kernel = {
      argv: ['python', '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
      display_name: 'Own',
      language: 'python',
      env: { OWN: 'own', MORE: '${HOME}/more' },
    };
    writeFileSync(join(spec, 'kernel.json'), JSON.stringify(kernel));
    const again = await start({ folders, environment: { JUPYTER_PATH: join(folders.own, 'extra') } });
    const socket = await KernelSocket.open(again, await startKernel(again, 'own-spec'));
    const done = await socket.execute('import os; print(os.environ["OWN"], os.environ["MORE"])');
    expect(done.text).toBe(`own ${folders.home}/more\n`);
    await socket.close();
    await again.close();
  }, 120_000);
});
