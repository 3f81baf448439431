import { afterAll, beforeAll, expect, test } from 'vitest';
import { handshake } from '../servers/handshake.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { TextSocket } from '../servers/text-socket.ts';
import { onBothServers } from './both-servers.ts';

const printed = (socket: TextSocket): string =>
  (socket.received as [string, string][])
    .filter(([type]) => type === 'stdout')
    .map(([, text]) => text)
    .join('');

onBothServers('terminal websockets of $name', ({ start }) => {
  let server: JupyterServerProcess;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.close());

  const startTerminal = async (body: unknown = {}): Promise<string> =>
    (await sendOk(server, { method: 'POST', path: '/api/terminals', body })).json<{ name: string }>().name;
  const open = (name: string): Promise<TextSocket> => TextSocket.open(server, `/terminals/websocket/${name}`);

  test('sets up, echoes what a command prints, Unicode too', async () => {
    const socket = await open(await startTerminal());
    await socket.until(() => socket.received.length > 0, 'setup');
    expect(socket.received[0]).toEqual(['setup', {}]);
    socket.send(['stdin', 'printf "= %s %s\\n" $((6*7)) "ünï☃👩‍🔬"\r']);
    await socket.until(() => printed(socket).includes('= 42 ünï☃👩‍🔬'), 'the output');
    await socket.close();
  });
  test('starts in the root, or in the folder that was asked for', async () => {
    await sendOk(server, { method: 'PUT', path: '/api/contents/folder', body: { type: 'directory' } });
    for (const [body, folder] of [
      [{}, server.folders.root],
      [{ cwd: 'folder' }, `${server.folders.root}/folder`],
    ] as const) {
      const socket = await open(await startTerminal(body));
      socket.send(['stdin', 'echo "in=$PWD="\r']);
      await socket.until(() => printed(socket).includes(`in=${folder}=`), `the folder ${folder}`);
      await socket.close();
    }
  });
  test('has the size of its smallest client', async () => {
    const name = await startTerminal();
    const [large, small] = [await open(name), await open(name)];
    large.send(['set_size', 50, 140, 800, 1000]);
    small.send(['set_size', 20, 61, 300, 400]);
    // A shell that has just started may miss a change of size: it is asked until it answers.
    for (let tries = 0; tries < 20 && !printed(large).includes('20 61'); tries++) {
      large.send(['stdin', 'stty size\r']);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(printed(large)).toContain('20 61');
    await Promise.all([large.close(), small.close()]);
  });
  test('shows the scrollback to who comes later, in one piece after the setup, and the rest to both', async () => {
    const name = await startTerminal();
    const first = await open(name);
    first.send(['stdin', 'for i in 1 2 3; do echo "line=$i="; done\r']);
    await first.until(() => printed(first).includes('line=3='), 'three lines');
    const second = await open(name);
    await second.until(() => printed(second).includes('line=3='), 'the scrollback');
    expect(second.received[0]).toEqual(['setup', {}]);
    expect(printed(second)).toContain('line=1=');
    second.send(['stdin', 'echo "both=$((1+1))="\r']);
    await Promise.all(
      [first, second].map((each) => each.until(() => printed(each).includes('both=2='), 'both')),
    );
    await Promise.all([first.close(), second.close()]);
  });
  test('says goodbye when the shell ends, and is gone from the list', async () => {
    const name = await startTerminal();
    const socket = await open(name);
    socket.send(['stdin', 'exit\r']);
    await socket.until(() => socket.received.some((m) => (m as unknown[])[0] === 'disconnect'), 'disconnect');
    expect((socket.received as unknown[][]).find(([type]) => type === 'disconnect')).toEqual([
      'disconnect',
      1,
    ]);
    await socket.closed;
    expect((await send(server, { path: `/api/terminals/${name}` })).status).toBe(404);
  });
  test('ends the shell when it is deleted', async () => {
    const name = await startTerminal();
    const socket = await open(name);
    await socket.until(() => printed(socket) !== '', 'a prompt');
    expect((await send(server, { method: 'DELETE', path: `/api/terminals/${name}` })).status).toBe(204);
    await socket.closed;
    const list = (await sendOk(server, { path: '/api/terminals' })).json<{ name: string }[]>();
    expect(list.map((each) => each.name)).not.toContain(name);
  });
  test('keeps running while nobody looks', async () => {
    const name = await startTerminal();
    const before = await open(name);
    before.send(['stdin', 'sleep 0.5; echo "later=$((40+2))="\r']);
    await before.until(() => printed(before).includes('sleep'), 'the echo');
    await before.close();
    const after = await open(name);
    await after.until(() => printed(after).includes('later=42='), 'what was printed meanwhile');
    await after.close();
  });
  test('takes a megabyte of output in order', async () => {
    const socket = await open(await startTerminal());
    socket.send(['stdin', 'seq 1 150000; echo "the=end"\r']);
    await socket.until(() => printed(socket).includes('the=end\r\n'), 'the end');
    const numbers = printed(socket)
      .split(/\r\n/)
      .filter((line) => /^\d+$/.test(line))
      .map(Number);
    expect(numbers.at(-1)).toBe(150_000);
    expect(numbers.every((number, index) => index === 0 || number === numbers[index - 1]! + 1)).toBe(true);
    await socket.close();
  });
  test.each([
    ['no token', 403, '/terminals/websocket/1', {}],
    [
      'an unknown terminal',
      404,
      '/terminals/websocket/missing',
      { authorization: 'token token-of-the-test' },
    ],
  ])('answers %s with %i', async (_, status, path, headers) => {
    expect((await handshake(server, path, headers)).status).toBe(status);
  });
});
