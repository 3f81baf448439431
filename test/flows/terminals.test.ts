import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { TextSocket } from '../servers/text-socket.ts';

let server: JupyterServerProcess;
beforeEach(async () => {
  server = await startOurServer();
});
afterEach(() => server.close());

async function restart(signal: NodeJS.Signals): Promise<void> {
  const { port } = new URL(server.origin);
  await server.end(signal);
  server = await startOurServer({ folders: server.folders, args: ['--port', port] });
}
const startTerminal = async (): Promise<string> =>
  (await sendOk(server, { method: 'POST', path: '/api/terminals' })).json<{ name: string }>().name;
const listed = async (): Promise<string[]> =>
  (await sendOk(server, { path: '/api/terminals' })).json<{ name: string }[]>().map(({ name }) => name);
const open = (name: string): Promise<TextSocket> => TextSocket.open(server, `/terminals/websocket/${name}`);
const printed = (socket: TextSocket): string =>
  (socket.received as [string, string][])
    .filter(([type]) => type === 'stdout')
    .map(([, text]) => text)
    .join('');
/** The shell's own process, and its parent. */
async function processes(socket: TextSocket): Promise<[shell: number, supervisor: number]> {
  socket.send(['stdin', 'echo "pids=$$,$PPID="\r']);
  await socket.until(() => /pids=\d+,\d+=/.test(printed(socket)), 'the numbers of processes');
  const [, shell, parent] = /pids=(\d+),(\d+)=/.exec(printed(socket)) ?? [];
  return [Number(shell), Number(parent)];
}

test.each(['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
  'I4: a terminal goes on when the server gets %s: its program runs, and what it printed is shown once',
  async (signal) => {
    const name = await startTerminal();
    const before = await open(name);
    before.send(['set_size', 20, 61]);
    before.send(['stdin', 'i=0; while [ $i -lt 80 ]; do i=$((i+1)); echo "line=$i="; sleep 0.02; done\r']);
    await before.until(() => printed(before).includes('line=20='), '20 lines');
    await restart(signal);
    // Not an end that JupyterLab takes for one: its tab connects again.
    expect([1000, 1001]).not.toContain(await before.closed);
    expect(before.received).not.toContainEqual(['disconnect', 1]);
    expect(await listed()).toEqual([name]);
    const after = await open(name);
    await after.until(() => printed(after).includes('line=80='), 'the last line');
    const lines = [...printed(after).matchAll(/line=(\d+)=/g)].map(([, line]) => Number(line));
    expect(lines).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
    // A page that was there before shows no line twice: all that it had is wiped first.
    expect(printed(after).startsWith('\x1bc')).toBe(true);
    after.send(['stdin', 'stty size\r']);
    await after.until(() => printed(after).includes('20 61'), 'the size that it had');
    await after.close();
  },
);

test('Y7, I1: what a terminal shows and is told is in no file of ours', async () => {
  const socket = await open(await startTerminal());
  socket.send(['stdin', 'printf "%s-%s" never stored\r']);
  await socket.until(() => printed(socket).includes('never-stored'), 'what was printed');
  await restart('SIGTERM');
  for (const text of ['never-stored', 'never stored']) {
    const { stdout, status } = spawnSync('grep', [
      '-rlF',
      text,
      server.folders.state,
      server.folders.runtime,
    ]);
    expect([stdout.toString(), status]).toEqual(['', 1]);
  }
});

test('I4: the end of server and kernels ends terminals', async () => {
  const socket = await open(await startTerminal());
  const [shell] = await processes(socket);
  await sendOk(server, { method: 'POST', path: '/api/shutdown' });
  await socket.closed;
  await vi.waitFor(() => expect(() => process.kill(shell, 0)).toThrow('ESRCH'), { timeout: 20_000 });
});

test('the end of the supervisor ends terminals, which is told; others can be opened', async () => {
  const name = await startTerminal();
  const socket = await open(name);
  const [, supervisor] = await processes(socket);
  expect(supervisor).not.toBe(server.pid);
  process.kill(supervisor, 'SIGKILL');
  await socket.until(() => socket.received.some((m) => (m as unknown[])[0] === 'disconnect'), 'disconnect');
  expect(await socket.closed).toBe(1005);
  expect(await listed()).toEqual([]);
  const next = await open(await startTerminal());
  next.send(['stdin', 'echo "again=$((6*7))="\r']);
  await next.until(() => printed(next).includes('again=42='), 'the answer of another one');
  await next.close();
});
