import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { onBothServers } from './both-servers.ts';

// The programs themselves cannot run here: what they send, and what they look at in the answers, is contract §7.

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

onBothServers("VS Code's existing Jupyter server, $name", ({ start }) => {
  let server: JupyterServerProcess;
  const url = (path: string): string => `${server.origin}${path}`;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.close());

  test('finds out by redirects whether it must log in', async () => {
    expect((await fetch(url('/'))).url).toContain('/login?');
    expect((await fetch(url(`/?token=${server.token}`))).url).toMatch(/\/lab\b/);
    expect((await fetch(url('/tree?'))).status).toBe(200);
  });

  test('logs in by password and works with cookie and XSRF header', async () => {
    const page = await fetch(url('/login?'));
    const xsrfCookie = cookiesOf(page);
    const xsrf = /_xsrf=([^;]+)/.exec(xsrfCookie)?.[1] ?? '';
    const login = await fetch(url('/login?'), {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8',
        Cookie: xsrfCookie,
        Connection: 'keep-alive',
      },
      body: new URLSearchParams({ password: server.token, _xsrf: xsrf }),
    });
    expect(login.status).toBe(302);
    const session = cookiesOf(login);
    expect(session).toMatch(/^username-/);
    const tree = await fetch(url('/tree'), { headers: { Cookie: `${xsrfCookie}; ${session}` } });
    expect(tree.status).toBe(200);
    const created = await fetch(url('/api/sessions'), {
      method: 'POST',
      headers: { Cookie: `${xsrfCookie}; ${session}`, 'X-XSRFToken': xsrf },
      // The notebook is on the other machine: no such file is here.
      body: JSON.stringify({
        name: 'book.ipynb',
        path: 'book-jvsc-0a1b2c.ipynb',
        type: 'notebook',
        kernel: { name: 'python3' },
      }),
    });
    expect(created.status).toBe(201);
    expect(await created.json()).toMatchObject({ path: 'book-jvsc-0a1b2c.ipynb', type: 'notebook' });
  });
});

onBothServers('JupyterLab Desktop, $name', ({ start }) => {
  test('recognises a running server, and ends one that it started', async () => {
    const server = await start();
    try {
      const page = await fetch(`${server.origin}/lab?token=${server.token}`);
      expect(page.status).toBe(200);
      const config = /<script id="jupyter-config-data" type="application\/json">\s*(.*?)\s*<\/script>/s.exec(
        await page.text(),
      );
      expect(JSON.parse(config?.[1] ?? '')).toMatchObject({ appVersion: expect.any(String) as string });
      const xsrf = /_xsrf=([^;]+)/.exec(cookiesOf(page))?.[1] ?? '';
      const shutdown = await fetch(`${server.origin}/api/shutdown?_xsrf=${xsrf}`, {
        method: 'POST',
        headers: { Authorization: `token ${server.token}` },
      });
      expect(shutdown.status).toBe(200);
      // It is logged by another thread, or flushed, after the answer.
      await expect.poll(() => server.output(), { timeout: 10_000 }).toMatch(/Shutting down/);
    } finally {
      await server.close();
    }
  });
});
