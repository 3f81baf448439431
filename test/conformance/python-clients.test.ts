import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { startStockServer } from '../servers/stock-server.ts';
import { onBothServers } from './both-servers.ts';
import { runPython } from './python-client.ts';

onBothServers('Python clients of $name', ({ start }) => {
  let server: JupyterServerProcess;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.close());

  test('jupyter_client attaches by the connection file, which only its owner can read and which goes with the kernel', async () => {
    const id = await startKernel(server);
    const socket = await KernelSocket.open(server, id);
    await socket.execute('shared = 5');
    const file = join(server.folders.runtime, `kernel-${id}.json`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const connection = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    expect(connection).toMatchObject({ signature_scheme: 'hmac-sha256', kernel_name: 'python3' });
    const { result } = await runPython(server, 'connection_file.py', [file]);
    expect(JSON.stringify(result)).toContain('from a connection file');
    expect(result).toMatchObject({ status: 'ok' });
    // What the other client made the kernel print is heard on the websocket too.
    await socket.find((m) => String(m.content['text']).includes('from a connection file'));
    await socket.close();
    await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  test('jupyter-kernel-client runs code, passes variables and restarts', async () => {
    const { result } = await runPython(server, 'kernel_client.py', [server.origin, server.token]);
    expect(result).toMatchObject({
      status: 'ok',
      outputs: [{ output_type: 'stream', name: 'stdout', text: '42\n' }],
      error: 'ZeroDivisionError',
      value: [1, 2, 3],
      after_restart: 'NameError',
    });
  });

  test('nbclient runs a notebook with the server as its gateway', async () => {
    const { result } = await runPython(server, 'gateway_notebook.py', [server.origin, server.token]);
    expect(result).toEqual({ printed: 'on the gateway\n', result: '45', lines: 300, html: '<b>x</b>' });
  });

  test('jupyter server list finds it', async () => {
    const file = join(server.folders.runtime, `jpserver-${server.pid}.json`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const info = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    expect(Object.keys(info).sort()).toEqual([
      'base_url',
      'hostname',
      'password',
      'pid',
      'port',
      'root_dir',
      'secure',
      'sock',
      'token',
      'url',
      'version',
    ]);
    expect(info).toMatchObject({
      pid: server.pid,
      url: `${server.origin}/`,
      root_dir: server.folders.root,
      token: server.token,
    });
    const { result } = await runPython(server, 'running_servers.py', []);
    expect(result).toEqual([`${server.origin}/`]);
  });

  test('a stock jupyter_server with it as the gateway serves kernels to a browser', async () => {
    const front = await startStockServer({
      args: ['--gateway-url', server.origin, `--GatewayClient.auth_token=${server.token}`],
    });
    try {
      const specs = (await sendOk(front, { path: '/api/kernelspecs' })).json<{
        kernelspecs: Record<string, { resources: Record<string, string> }>;
      }>();
      expect(Object.keys(specs.kernelspecs)).toContain('python3');
      const logo = specs.kernelspecs['python3']?.resources['logo-64x64'] as string;
      expect((await send(front, { path: logo })).headers['content-type']).toContain('image/png');
      const body = { path: 'a.ipynb', name: 'a.ipynb', type: 'notebook', kernel: { name: 'python3' } };
      const session = (await sendOk(front, { method: 'POST', path: '/api/sessions', body })).json<{
        id: string;
        kernel: { id: string };
      }>();
      // A gateway's front-end speaks the older dialect whatever the browser offers.
      const socket = await KernelSocket.open(front, session.kernel.id, { dialect: 'legacy' });
      expect((await socket.execute('print(6*7)')).text).toBe('42\n');
      const asked = socket.start('print("got", input("?"))');
      await socket.find((m) => m.channel === 'stdin');
      socket.send('stdin', 'input_reply', { value: 'it', status: 'ok' });
      expect((await socket.finish(asked)).text).toBe('got it\n');
      const sleeping = socket.start('import time\nprint("in", flush=True)\ntime.sleep(60)');
      await socket.find((m) => m.header.msg_type === 'stream' && m.parent_header.msg_id === sleeping.msg_id);
      await sendOk(front, { method: 'POST', path: `/api/kernels/${session.kernel.id}/interrupt` });
      expect((await socket.finish(sleeping)).reply.content).toMatchObject({ ename: 'KeyboardInterrupt' });
      await sendOk(front, { method: 'POST', path: `/api/kernels/${session.kernel.id}/restart` });
      expect((await sendOk(server, { path: `/api/kernels/${session.kernel.id}` })).json()).toMatchObject({
        name: 'python3',
      });
      const fresh = await KernelSocket.open(front, session.kernel.id, { dialect: 'legacy' });
      expect((await fresh.execute('asked')).reply.content).toMatchObject({ ename: 'NameError' });
      await Promise.all([socket.close(), fresh.close()]);
      await sendOk(front, { method: 'DELETE', path: `/api/sessions/${session.id}` });
      expect((await send(server, { path: `/api/kernels/${session.kernel.id}` })).status).toBe(404);
    } finally {
      await front.close();
    }
  });
});
