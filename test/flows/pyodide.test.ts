import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { loggedEvents } from '../servers/log-command.ts';
import { startOurServer } from '../servers/our-server.ts';

const LINES = 40;
const WARM = ['--warm-kernels', 'pyodide=1'];
let server: JupyterServerProcess;
let kernelId: string;
let socket: KernelSocket;

beforeAll(async () => {
  server = await startOurServer();
  const body = { path: 'a.ipynb', name: 'a.ipynb', type: 'notebook', kernel: { name: 'pyodide' } };
  const session = await sendOk(server, { method: 'POST', path: '/api/sessions', body });
  kernelId = session.json<{ kernel: { id: string } }>().kernel.id;
  socket = await KernelSocket.open(server, kernelId);
});
afterAll(() => server.close());

test('it is listed, with what it is and its logo, and Python that is installed stays the default', async () => {
  const { default: byDefault, kernelspecs } = (await sendOk(server, { path: '/api/kernelspecs' })).json<{
    default: string;
    kernelspecs: Record<string, { spec: object; resources: Record<string, string> }>;
  }>();
  expect(byDefault).toBe('python3');
  expect(kernelspecs['pyodide']?.spec).toMatchObject({
    display_name: 'Python (Pyodide)',
    language: 'python',
    metadata: { in_the_loop: { pyodide: { network: false, files: false, memory: null } } },
  });
  const logo = await send(server, { path: '/kernelspecs/pyodide/logo-svg.svg' });
  expect([logo.status, logo.headers['content-type']]).toEqual([200, 'image/svg+xml']);
});

test('I4: a server that is killed while it runs leaves it to the next one, with all that it said, once', async () => {
  await socket.execute('kept = 42');
  const asked = socket.start(
    `import time\nfor i in range(${LINES}):\n    print(i, flush=True)\n    time.sleep(0.05)`,
  );
  await socket.find((m) => m.content['text'] === '5\n');
  await server.end('SIGKILL');
  const { port } = new URL(server.origin);
  server = await startOurServer({ folders: server.folders, args: [...WARM, '--port', port] });
  socket = await KernelSocket.open(server, kernelId, { sessionId: socket.sessionId });
  await socket.find((m) => m.channel === 'shell' && m.parent_header.msg_id === asked.msg_id);
  const printed = (await loggedEvents(server, `kernel/${kernelId}`))
    .filter(({ message }) => message?.header.msg_type === 'stream')
    .map(({ message }) => String(message?.content['text']));
  expect(printed.join('')).toBe(Array.from({ length: LINES }, (_, line) => `${line}\n`).join(''));
  expect((await socket.execute('print(kept)')).text).toBe('42\n');
});

test('it asks, is interrupted and restarted as any kernel', async () => {
  const asking = socket.start('name = input("who? ")\nprint("it is", name)');
  await socket.find((m) => m.channel === 'stdin' && m.parent_header.msg_id === asking.msg_id);
  socket.send('stdin', 'input_reply', { status: 'ok', value: 'me' });
  await socket.find((m) => m.content['text'] === 'it is me\n');
  const busy = socket.start('while True: pass');
  await socket.find((m) => m.content['code'] === 'while True: pass');
  await sendOk(server, { method: 'POST', path: `/api/kernels/${kernelId}/interrupt` });
  const reply = await socket.find((m) => m.channel === 'shell' && m.parent_header.msg_id === busy.msg_id);
  expect(reply.content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
  await sendOk(server, { method: 'POST', path: `/api/kernels/${kernelId}/restart` });
  expect((await socket.execute('print("kept" in dir())')).text).toBe('False\n');
});

/** The kernels' processes that run for a server, also for none that lives. */
function processes(): number {
  return readdirSync('/proc').filter((entry) => {
    try {
      const commandLine = readFileSync(join('/proc', entry, 'cmdline'), 'utf8');
      return commandLine.includes('/pyodide/main.js') && commandLine.includes(server.folders.own);
    } catch {
      return false; // No process, or one that has ended.
    }
  }).length;
}

test('a warm one is handed out in the folder of its notebook, and another one started; a killed server leaves that to nobody', async () => {
  interface Runtimes {
    readonly warm: readonly { readonly waiting: number }[];
  }
  const warmOnes = async () =>
    (await sendOk(server, { path: '/api/in-the-loop/v1/runtimes' })).json<Runtimes>().warm;
  const waiting = async () => (await warmOnes())[0]?.waiting;
  const soon = { timeout: 30_000, interval: 50 };
  await expect.poll(waiting, soon).toBe(1);
  const { folders } = server;
  const { root } = folders;
  mkdirSync(join(root, 'deep'));
  const body = { path: 'deep/b.ipynb', name: 'b.ipynb', type: 'notebook', kernel: { name: 'pyodide' } };
  const session = await sendOk(server, { method: 'POST', path: '/api/sessions', body });
  expect(await waiting()).toBe(0);
  const { id } = session.json<{ kernel: { id: string } }>().kernel;
  const warm = await KernelSocket.open(server, id);
  const asked = await warm.execute('import os; print(os.getcwd(), os.environ["JPY_SESSION_NAME"])');
  expect(asked.text).toBe(`${join(root, 'deep')} ${join(root, 'deep', 'b.ipynb')}\n`);
  expect(asked.reply.content).toMatchObject({ execution_count: 1 });
  await expect.poll(waiting, soon).toBe(1);
  expect(processes()).toBe(3);
  await server.end('SIGKILL');
  server = await startOurServer({ folders });
  expect(await warmOnes()).toEqual([]);
  await expect.poll(processes, soon).toBe(2);
  const left = (await sendOk(server, { path: '/api/kernels' })).json<{ id: string }[]>();
  expect(left.map((each) => each.id).sort()).toEqual([kernelId, id].sort());
});
