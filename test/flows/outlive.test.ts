import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { loggedEvents } from '../servers/log-command.ts';
import type { MessageHeader } from '../servers/kernel-message.ts';
import { MAIN, startOurServer } from '../servers/our-server.ts';
import { serverEnvironment } from '../servers/server-folders.ts';

let server: JupyterServerProcess;
afterEach(() => server.close());

/** Another server on the same folders and port. */
async function startAgain(): Promise<void> {
  const { port } = new URL(server.origin);
  server = await startOurServer({ folders: server.folders, args: ['--port', port] });
}
async function restart(signal: NodeJS.Signals): Promise<void> {
  await server.end(signal);
  await startAgain();
}
const printedIn = async (kernelId: string): Promise<string> =>
  (await loggedEvents(server, `kernel/${kernelId}`))
    .filter(({ message }) => message?.header.msg_type === 'stream')
    .map(({ message }) => String(message?.content['text']))
    .join('');
const numbers = (count: number): string => Array.from({ length: count }, (_, each) => `${each}\n`).join('');
const COUNTING = (count: number, seconds: number): string =>
  `import time\nfor i in range(${count}):\n    print(i, flush=True)\n    time.sleep(${seconds})`;

/** What a page shows of a run that came by these websockets, one after the other. */
function shownOf(asked: MessageHeader, ...sockets: readonly KernelSocket[]): string {
  let shown = '';
  for (const { header, parent_header, content } of sockets.flatMap(({ received }) => received)) {
    if (parent_header?.msg_id !== asked.msg_id) continue;
    if (header.msg_type === 'clear_output') shown = '';
    if (header.msg_type === 'stream') shown += String(content['text']);
  }
  return shown;
}
/** Its processes: the kernel's as it names itself. */
async function pidOf(socket: KernelSocket): Promise<number> {
  return Number((await socket.execute('import os; print(os.getpid())')).text);
}
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)('I4: a server that gets %s', (signal) => {
  test('leaves its kernel to the next one, which has all that it said, once and in order', async () => {
    server = await startOurServer();
    const session = await sendOk(server, {
      method: 'POST',
      path: '/api/sessions',
      body: { path: 'a.ipynb', name: 'a.ipynb', type: 'notebook', kernel: { name: 'python3' } },
    });
    const { id, kernel } = session.json<{ id: string; kernel: { id: string } }>();
    const socket = await KernelSocket.open(server, kernel.id);
    await socket.execute('kept = 42');
    const asked = socket.start(COUNTING(40, 0.05));
    await socket.find((m) => m.content['text'] === '5\n');
    await restart(signal);
    expect((await send(server, { path: `/api/sessions/${id}` })).json()).toMatchObject({
      path: 'a.ipynb',
      kernel: { id: kernel.id, execution_state: expect.stringMatching(/busy|idle/) as unknown },
    });
    const again = await KernelSocket.open(server, kernel.id, { sessionId: socket.sessionId });
    await again.find((m) => m.channel === 'shell' && m.parent_header.msg_id === asked.msg_id);
    expect(await printedIn(kernel.id)).toBe(numbers(40));
    expect((await again.execute('print(kept)')).text).toBe('42\n');
    expect(shownOf(asked, socket, again)).toBe(numbers(40));
  });
});

describe('I4: what was going on when a server was killed', () => {
  test('a question that a kernel asked is answered by the same page afterwards', async () => {
    server = await startOurServer();
    const id = await startKernel(server);
    const socket = await KernelSocket.open(server, id);
    socket.start('name = input("who? ")\nprint("it is", name)');
    await socket.find((m) => m.channel === 'stdin');
    await restart('SIGKILL');
    const again = await KernelSocket.open(server, id, { sessionId: socket.sessionId });
    again.send('stdin', 'input_reply', { status: 'ok', value: 'me' });
    await again.find((m) => m.content['text'] === 'it is me\n');
  });

  test('what was asked around the kill runs once, in order', async () => {
    server = await startOurServer();
    const id = await startKernel(server);
    const socket = await KernelSocket.open(server, id);
    await socket.execute('ran = []');
    const asked = Array.from({ length: 30 }, (_, each) => socket.start(`ran.append(${each})`));
    await socket.find((m) => m.parent_header?.msg_id === asked[3]?.msg_id);
    await restart('SIGKILL');
    const again = await KernelSocket.open(server, id, { sessionId: socket.sessionId });
    const { text } = await again.execute('print(*ran)');
    // What had not reached the server is not run, and nothing behind it.
    const ran = text.trim().split(' ').map(Number);
    expect(ran).toEqual(Array.from({ length: ran.length }, (_, each) => each));
    const recorded = (await loggedEvents(server, `kernel/${id}`)).filter(
      ({ type }) => type === 'execution-requested',
    );
    expect(ran).toHaveLength(recorded.length - 2);
  });

  test('a flood is in the log whole, and in the page, each message once', async () => {
    server = await startOurServer();
    const id = await startKernel(server);
    const socket = await KernelSocket.open(server, id);
    const asked = socket.start('for i in range(20000): print(i, flush=True)');
    await socket.until(() => socket.received.length > 2000, '2000 messages');
    await restart('SIGKILL');
    const again = await KernelSocket.open(server, id, { sessionId: socket.sessionId });
    await again.finish(asked);
    // Its last lines may come behind its idle, but not behind the next run.
    await again.execute('pass');
    const positions = (await loggedEvents(server, `kernel/${id}`)).flatMap(
      ({ data }) => data['position'] ?? [],
    );
    expect(positions).toEqual(Array.from({ length: positions.length }, (_, each) => each + 1));
    // On a busy machine ipykernel itself drops messages of a flood, before anybody has heard them.
    const printed = await printedIn(id);
    const lines = printed.split('\n').slice(0, -1).map(Number);
    expect(lines.length).toBeGreaterThan(15_000);
    expect(lines.every((line, index) => index === 0 || line > (lines[index - 1] as number))).toBe(true);
    expect(shownOf(asked, socket, again)).toBe(printed);
  }, 120_000);
});

describe('what ends kernels', () => {
  const left = (): string =>
    execFileSync('find', [server.folders.runtime, '-name', 'jpserver-*', '-o', '-name', 'kernel-*'], {
      encoding: 'utf8',
    });
  async function stop(): Promise<string> {
    const args = [MAIN, 'stop', '--root', server.folders.root, '--state', server.folders.state];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: serverEnvironment(server.folders),
    });
    return stdout;
  }

  test('I4: POST /api/shutdown ends them with the server', async () => {
    server = await startOurServer();
    const socket = await KernelSocket.open(server, await startKernel(server));
    const pid = await pidOf(socket);
    await sendOk(server, { method: 'POST', path: '/api/shutdown' });
    await server.end('SIGCONT');
    expect(isAlive(pid)).toBe(false);
    expect(left()).toBe('');
  });

  test('I4: "in-the-loop stop" ends them with the server, and without one', async () => {
    server = await startOurServer();
    const first = await pidOf(await KernelSocket.open(server, await startKernel(server)));
    expect(await stop()).toBe('Stopped the server, and ended 1 kernel.\n');
    expect(isAlive(first)).toBe(false);
    await startAgain();
    const second = await pidOf(await KernelSocket.open(server, await startKernel(server)));
    await server.end('SIGTERM');
    expect(server.output()).toContain('Still running: 1 kernel.');
    expect(isAlive(second)).toBe(true);
    expect(await stop()).toContain('Ended what an earlier server left: 1 kernel.');
    expect(isAlive(second)).toBe(false);
    expect(await stop()).toBe('Nothing is running.\n');
    expect(left()).toBe('');
  });

  test('SIGTERM leaves no file that says that the server runs', async () => {
    server = await startOurServer();
    await startKernel(server);
    await sendOk(server, { method: 'POST', path: '/api/terminals' });
    await server.end('SIGTERM');
    expect(left()).not.toContain('jpserver-');
  });
});
