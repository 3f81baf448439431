import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handshake } from '../servers/handshake.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import type { KernelMessage } from '../servers/kernel-message.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { TextSocket } from '../servers/text-socket.ts';
import { onBothServers, ours } from './both-servers.ts';

const types = (messages: readonly KernelMessage[]): string[] => messages.map((m) => m.header.msg_type);

onBothServers('kernel websockets of $name', ({ name: serverName, start }) => {
  let server: JupyterServerProcess;
  let kernelId: string;
  beforeAll(async () => {
    server = await start();
    kernelId = await startKernel(server);
  });
  afterAll(() => server.close());

  describe('the handshake', () => {
    const path = (): string => `/api/kernels/${kernelId}/channels?session_id=${randomUUID()}`;
    const authorised = { authorization: 'token token-of-the-test' };
    test('echoes v1 among others that are offered', async () => {
      const offered = { 'sec-websocket-protocol': 'x.unknown, v1.kernel.websocket.jupyter.org' };
      const { status, headers } = await handshake(server, path(), { ...authorised, ...offered });
      expect([status, headers['sec-websocket-protocol']]).toEqual([101, 'v1.kernel.websocket.jupyter.org']);
    });
    test('names no subprotocol where v1 is not offered, and compresses nothing', async () => {
      const offered = {
        'sec-websocket-protocol': 'x.unknown',
        'sec-websocket-extensions': 'permessage-deflate',
      };
      const { status, headers } = await handshake(server, path(), { ...authorised, ...offered });
      expect(status).toBe(101);
      expect(headers['sec-websocket-protocol'] ?? '').toBe('');
      expect(headers['sec-websocket-extensions']).toBeUndefined();
    });
    test('takes the token in the query', async () => {
      expect((await handshake(server, `${path()}&token=token-of-the-test`)).status).toBe(101);
    });
    test('opens without a session_id', async () => {
      expect((await handshake(server, `/api/kernels/${kernelId}/channels`, authorised)).status).toBe(101);
    });
    test.each([
      ['no token', 403, (): string => path(), {}],
      ['a wrong token', 403, (): string => `${path()}&token=wrong`, {}],
      ['an unknown kernel', 404, (): string => `/api/kernels/${randomUUID()}/channels`, authorised],
      ['a foreign Host', 403, (): string => path(), { ...authorised, host: 'evil.example' }],
      ['a foreign Origin without a token', 403, (): string => path(), { origin: 'https://evil.example' }],
    ])('answers %s with %i', async (_, status, to, headers) => {
      expect((await handshake(server, to(), headers)).status).toBe(status);
    });
    test('takes a foreign Origin with a token', async () => {
      const headers = { ...authorised, origin: 'https://evil.example' };
      expect((await handshake(server, path(), headers)).status).toBe(101);
    });
    test('refuses a foreign Origin with a cookie, and takes the own', async () => {
      const login = await sendOk(server, { path: '/api/status' });
      const cookie = login.headers['set-cookie']?.map((each) => each.split(';')[0]).join('; ') ?? '';
      expect((await handshake(server, path(), { cookie, origin: 'https://evil.example' })).status).toBe(403);
      expect((await handshake(server, path(), { cookie, origin: server.origin })).status).toBe(101);
    });
  });

  describe.each(['v1', 'legacy'] as const)('in the %s dialect', (dialect) => {
    let socket: KernelSocket;
    beforeAll(async () => {
      socket = await KernelSocket.open(server, kernelId, { dialect });
    });
    afterAll(() => socket.close());

    test('answers kernel_info_request with status, reply and idle', async () => {
      const done = await socket.finish(socket.send('shell', 'kernel_info_request', {}));
      expect(done.reply.content).toMatchObject({ status: 'ok', implementation: 'ipython' });
      expect(types(done.iopub)).toEqual(['status', 'status']);
    });
    test('brings input, output, result and reply of an execution, in the order of iopub', async () => {
      const done = await socket.execute('print("a")\n1+1');
      expect(types(done.iopub)).toEqual(['status', 'execute_input', 'stream', 'execute_result', 'status']);
      expect(done.reply.content).toMatchObject({ status: 'ok' });
      expect(done.reply.parent_header.session).toBe(socket.sessionId);
    });
    test('brings an error with its traceback', async () => {
      const done = await socket.execute('1/0');
      expect(done.reply.content).toMatchObject({ status: 'error', ename: 'ZeroDivisionError' });
      expect(types(done.iopub)).toContain('error');
    });
    test('answers on the control channel', async () => {
      const { msg_id } = socket.send('control', 'kernel_info_request', {});
      const reply = await socket.find((m) => m.channel === 'control' && m.parent_header.msg_id === msg_id);
      expect(reply.header.msg_type).toBe('kernel_info_reply');
    });
    test('asks for input and hands the answer over', async () => {
      const request = socket.start('print("got " + input("who? "))');
      const asked = await socket.find(
        (m) => m.channel === 'stdin' && m.parent_header.msg_id === request.msg_id,
      );
      expect(asked.content).toEqual({ prompt: 'who? ', password: false });
      socket.send('stdin', 'input_reply', { value: 'Ada', status: 'ok' });
      expect((await socket.finish(request)).text).toBe('got Ada\n');
    });
    test('completes, inspects and searches the history', async () => {
      await socket.execute('some_long_name = 5');
      const complete = await socket.finish(
        socket.send('shell', 'complete_request', { code: 'some_lo', cursor_pos: 7 }),
      );
      expect(complete.reply.content['matches']).toEqual(['some_long_name']);
      const inspect = await socket.finish(
        socket.send('shell', 'inspect_request', { code: 'some_long_name', cursor_pos: 3, detail_level: 0 }),
      );
      expect(inspect.reply.content).toMatchObject({ found: true });
      const history = { hist_access_type: 'tail', n: 1, raw: true, output: false };
      const found = await socket.finish(socket.send('shell', 'history_request', history));
      expect(JSON.stringify(found.reply.content['history'])).toContain('some_long_name = 5');
    });
    test('carries buffers both ways through a comm', async () => {
      await socket.execute(
        [
          'from ipykernel.comm import CommManager',
          'def echo(comm, message):',
          '    @comm.on_msg',
          '    def _(m): comm.send({"n": len(m["buffers"])}, buffers=[bytes(b)[::-1] for b in m["buffers"]])',
          'get_ipython().kernel.comm_manager.register_target("echo", echo)',
        ].join('\n'),
      );
      const comm_id = randomUUID();
      socket.send('shell', 'comm_open', { comm_id, target_name: 'echo', data: {} });
      const sent = [Buffer.from([0, 1, 2, 255]), Buffer.alloc(0), Buffer.alloc(100_000, 'ab')];
      const { msg_id } = socket.send('shell', 'comm_msg', { comm_id, data: {} }, { buffers: sent });
      const echoed = await socket.find(
        (m) => m.header.msg_type === 'comm_msg' && m.parent_header.msg_id === msg_id,
      );
      expect(echoed.content['data']).toEqual({ n: 3 });
      expect(echoed.buffers.map((b) => b.toString('hex'))).toEqual(
        sent.map((b) => Buffer.from(b).reverse().toString('hex')),
      );
    });
    test('hands metadata and unknown header fields to the kernel as they are', async () => {
      const code = 'p = get_ipython().kernel.get_parent(); print(p["metadata"], p["header"]["odd"])';
      const request = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false };
      const extra = {
        metadata: { cellId: 'cell-1', other: { deep: [1] } },
        header: { odd: 'kept' } as object,
      };
      const done = await socket.finish(socket.send('shell', 'execute_request', request, extra));
      expect(done.text.trim()).toBe("{'cellId': 'cell-1', 'other': {'deep': [1]}} kept");
    });
    test('brings integers beyond 64 bits as the kernel wrote them', async () => {
      const raw: string[] = [];
      socket.socket.on('message', (data: Buffer) => raw.push(data.toString('latin1')));
      const big = '12345678901234567890123';
      await socket.execute(`from IPython.display import JSON, display; display(JSON({"big": ${big}}))`);
      expect(raw.some((frame) => frame.includes('display_data') && frame.includes(big))).toBe(true);
    });
    test('debugs: initialize is answered on control', async () => {
      const arguments_ = {
        clientID: 'test',
        adapterID: '',
        linesStartAt1: true,
        columnsStartAt1: true,
        pathFormat: 'path',
      };
      const { msg_id } = socket.send('control', 'debug_request', {
        seq: 1,
        type: 'request',
        command: 'debugInfo',
        arguments: arguments_,
      });
      const reply = await socket.find(
        (m) => m.header.msg_type === 'debug_reply' && m.parent_header.msg_id === msg_id,
      );
      expect(reply.content).toMatchObject({ success: true, command: 'debugInfo' });
    });
    test('runs on a subshell', async () => {
      const { msg_id } = socket.send('control', 'create_subshell_request', {});
      const reply = await socket.find(
        (m) => m.header.msg_type === 'create_subshell_reply' && m.parent_header.msg_id === msg_id,
      );
      const subshell_id = String(reply.content['subshell_id']);
      const header = socket.send(
        'shell',
        'execute_request',
        {
          code: 'print("sub")',
          silent: false,
          store_history: false,
          user_expressions: {},
          allow_stdin: false,
        },
        { header: { subshell_id } },
      );
      const done = await socket.finish(header);
      expect(done.text).toBe('sub\n');
      expect(done.reply.parent_header.subshell_id).toBe(subshell_id);
      socket.send('control', 'delete_subshell_request', { subshell_id });
      await socket.find((m) => m.header.msg_type === 'delete_subshell_reply');
    });
  });

  describe('several sockets of one kernel', () => {
    let first: KernelSocket;
    let second: KernelSocket;
    beforeAll(async () => {
      first = await KernelSocket.open(server, kernelId);
      second = await KernelSocket.open(server, kernelId, { dialect: 'legacy' });
    });
    afterAll(() => Promise.all([first.close(), second.close()]));

    test('both hear iopub; replies go to the asker alone', async () => {
      const request = first.start('print("for both")');
      await first.finish(request);
      await second.find((m) => m.header.msg_type === 'stream' && m.parent_header.msg_id === request.msg_id);
      // A round trip of its own: what was sent to it before has come.
      await second.execute('pass');
      const answers = second.received.filter((m) => m.parent_header.msg_id === request.msg_id);
      expect(answers.filter((m) => m.channel !== 'iopub')).toEqual([]);
    });
    test('an input request goes to the asker alone', async () => {
      const request = second.start('input("only you")');
      await second.find((m) => m.channel === 'stdin' && m.parent_header.msg_id === request.msg_id);
      second.send('stdin', 'input_reply', { value: 'x', status: 'ok' });
      await second.finish(request);
      await first.execute('pass');
      expect(first.received.some((m) => m.channel === 'stdin')).toBe(false);
    });
    test('the same session id takes over: the older socket is closed, not with 1000 or 1001', async () => {
      const older = await KernelSocket.open(server, kernelId);
      const newer = await KernelSocket.open(server, kernelId, { sessionId: older.sessionId });
      expect([1000, 1001]).not.toContain(await older.closed);
      expect((await newer.execute('1')).reply.content).toMatchObject({ status: 'ok' });
      await newer.close();
    });
    test('the kernel counts its connections', async () => {
      const { connections } = (await sendOk(server, { path: `/api/kernels/${kernelId}` })).json();
      expect(connections).toBe(2);
    });
  });

  describe('leaving and coming back', () => {
    test('with the same session id brings what was missed, replies too, once and in order', async () => {
      const id = await startKernel(server);
      const before = await KernelSocket.open(server, id);
      const { sessionId } = before;
      await before.execute('import time');
      const request = before.start('for i in range(20):\n    print(i, flush=True); time.sleep(0.03)\n"end"');
      await before.find((m) => m.header.msg_type === 'stream');
      await before.close();
      expect(await stateOnceSettled(server, id)).toBe('idle');
      const after = await KernelSocket.open(server, id, { sessionId });
      const answers = (): KernelMessage[] =>
        [...before.received, ...after.received].filter((m) => m.parent_header.msg_id === request.msg_id);
      await after.until(() => types(answers()).includes('execute_reply'), 'the reply');
      await after.until(() => answers().some((m) => m.content['execution_state'] === 'idle'), 'idle');
      const printed = answers()
        .filter((m) => m.header.msg_type === 'stream')
        .map((m) => String(m.content['text']))
        .join('');
      expect(printed).toBe(Array.from({ length: 20 }, (_, i) => `${i}\n`).join(''));
      const ids = answers().map((m) => m.header.msg_id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(types(answers()).filter((type) => type === 'execute_result')).toHaveLength(1);
      await after.close();
      await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
    });
    test('with another session id brings nothing old', async () => {
      const id = await startKernel(server);
      const before = await KernelSocket.open(server, id);
      const request = before.start('import time; time.sleep(0.3); print("late")');
      await before.find((m) => m.header.msg_type === 'execute_input');
      await before.close();
      await stateOnceSettled(server, id);
      const other = await KernelSocket.open(server, id);
      await other.execute('1');
      expect(other.received.filter((m) => m.parent_header.msg_id === request.msg_id)).toEqual([]);
      await other.close();
      await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
    });
  });

  describe('interrupting, restarting and dying', () => {
    test('interrupt ends a running cell with KeyboardInterrupt', async () => {
      const socket = await KernelSocket.open(server, kernelId);
      const request = socket.start('import time\nprint("in", flush=True)\ntime.sleep(60)');
      await socket.find((m) => m.header.msg_type === 'stream' && m.parent_header.msg_id === request.msg_id);
      const answer = await send(server, { method: 'POST', path: `/api/kernels/${kernelId}/interrupt` });
      expect(answer.status).toBe(204);
      expect((await socket.finish(request)).reply.content).toMatchObject({ ename: 'KeyboardInterrupt' });
      await socket.close();
    });
    test('the interrupt message on the control channel does the same', async () => {
      const socket = await KernelSocket.open(server, kernelId);
      const request = socket.start('import time\nprint("in", flush=True)\ntime.sleep(60)');
      await socket.find((m) => m.header.msg_type === 'stream' && m.parent_header.msg_id === request.msg_id);
      socket.send('control', 'interrupt_request', {});
      expect((await socket.finish(request)).reply.content).toMatchObject({ ename: 'KeyboardInterrupt' });
      await socket.close();
    });
    test('restart forgets variables; a new socket and the old one both work; no "restarting" is sent', async () => {
      const old = await KernelSocket.open(server, kernelId);
      await old.execute('kept = 1');
      const answer = await sendOk(server, { method: 'POST', path: `/api/kernels/${kernelId}/restart` });
      expect(answer.json()).toMatchObject({ id: kernelId, name: 'python3' });
      const fresh = await KernelSocket.open(server, kernelId);
      expect((await fresh.execute('kept')).reply.content).toMatchObject({ ename: 'NameError' });
      expect((await old.execute('1')).reply.content).toMatchObject({ status: 'ok', execution_count: 2 });
      expect(old.received.some((m) => m.content['execution_state'] === 'restarting')).toBe(false);
      await Promise.all([old.close(), fresh.close()]);
    });
    test('a kernel that dies is started again on the open socket, which hears "restarting" first', async () => {
      const id = await startKernel(server);
      const socket = await KernelSocket.open(server, id);
      await socket.execute('kept = 1');
      // ipykernel captures its standard error; this is where what it captured goes.
      const lastWords =
        'import os, sys; os.write(sys.stderr._original_stdstream_copy, b"why\\n"); os._exit(3)';
      const from = socket.received.length;
      const died = socket.start(lastWords);
      // jupyter_server now and then misses the "starting" that follows.
      await socket.until(
        () => socket.received.slice(from).some((m) => m.content['execution_state'] === 'restarting'),
        'restarting',
      );
      // Of the kernel itself; those of the cell that ran are the cell's.
      const states = socket.received
        .slice(from)
        .filter((m) => m.header.msg_type === 'status' && m.parent_header.msg_id !== died.msg_id);
      const restarting = states[0];
      expect(restarting?.content['execution_state']).toBe('restarting');
      expect(restarting?.parent_header).toEqual({});
      // jupyter_server leaves the cell without a word, and its model too, though it has a `reason`.
      const model = (await sendOk(server, { path: `/api/kernels/${id}` })).json();
      const before = socket.received.slice(from, socket.received.indexOf(restarting as KernelMessage));
      const told = before.filter((m) => ['error', 'execute_reply'].includes(m.header.msg_type));
      expect(types(told)).toEqual(serverName === ours.name ? ['error', 'execute_reply'] : []);
      if (serverName === ours.name) {
        const reason = 'The kernel died: it ended by itself with exit code 3.';
        expect(told.every((m) => m.parent_header.msg_id === died.msg_id)).toBe(true);
        expect(told[0]?.content).toMatchObject({ ename: 'KernelDied', evalue: reason });
        expect(told[0]?.content['traceback']).toContain('why');
        expect(told[1]?.content).toMatchObject({ status: 'error', ename: 'KernelDied' });
        expect(model).toMatchObject({ reason });
      } else expect(model).not.toHaveProperty('reason');
      const fresh = await KernelSocket.open(server, id, { sessionId: socket.sessionId });
      // Only the reply: jupyter_server's socket is now and then deaf on iopub then, and never hears "idle".
      const asked = fresh.start('kept');
      const reply = await fresh.find(
        (m) => m.header.msg_type === 'execute_reply' && m.parent_header.msg_id === asked.msg_id,
      );
      expect(reply.content).toMatchObject({ ename: 'NameError' });
      await fresh.close();
      await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
    });
    test('deleting a kernel leaves its sockets open and says nothing on them', async () => {
      const id = await startKernel(server);
      const socket = await KernelSocket.open(server, id);
      await socket.execute('1');
      await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
      expect((await send(server, { path: `/api/kernels/${id}` })).status).toBe(404);
      expect(socket.socket.readyState).toBe(1);
      expect(socket.received.some((m) => m.content['execution_state'] === 'dead')).toBe(false);
      socket.socket.terminate();
    });
  });

  test('runs code on each kernel of another language, two at least', async () => {
    const codes: Record<string, string> = {
      bash: 'echo $((20+22))',
      deno: '20 + 22',
      ir: '20+22',
      xpython: 'print(20+22)',
    };
    const { kernelspecs } = (await sendOk(server, { path: '/api/kernelspecs' })).json<{
      kernelspecs: object;
    }>();
    const installed = Object.keys(kernelspecs).filter((name) => codes[name] !== undefined);
    expect(installed.length).toBeGreaterThanOrEqual(2);
    await Promise.all(
      installed.map(async (name) => {
        const id = await startKernel(server, name);
        const socket = await KernelSocket.open(server, id);
        const done = await socket.execute(codes[name] as string);
        expect(done.reply.content).toMatchObject({ status: 'ok' });
        expect(JSON.stringify(done.iopub.map((m) => m.content))).toContain('42');
        await socket.close();
        await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
      }),
    );
  });

  test('a session starts its kernel in the folder of its path, and tells it the path', async () => {
    await sendOk(server, { method: 'PUT', path: '/api/contents/deep', body: { type: 'directory' } });
    const body = { path: 'deep/x.ipynb', name: 'x.ipynb', type: 'notebook', kernel: { name: 'python3' } };
    const session = (await sendOk(server, { method: 'POST', path: '/api/sessions', body })).json<{
      id: string;
      kernel: { id: string };
    }>();
    const socket = await KernelSocket.open(server, session.kernel.id);
    const done = await socket.execute('import os; print(os.getcwd()); print(os.environ["JPY_SESSION_NAME"])');
    const folder = `${server.folders.root}/deep`;
    expect(done.text).toBe(`${folder}\n${folder}/x.ipynb\n`);
    await socket.close();
    await sendOk(server, { method: 'DELETE', path: `/api/sessions/${session.id}` });
  });

  test('the model goes from starting to idle, is busy only while it runs, and counts its activity', async () => {
    const id = await startKernel(server);
    const socket = await KernelSocket.open(server, id);
    await socket.execute('1');
    expect(await stateOnceSettled(server, id)).toBe('idle');
    const request = socket.start('import time\nprint("in", flush=True)\ntime.sleep(60)');
    await socket.find((m) => m.header.msg_type === 'stream' && m.parent_header.msg_id === request.msg_id);
    const state = async (): Promise<unknown> =>
      (await sendOk(server, { path: `/api/kernels/${id}` })).json()['execution_state'];
    expect(await state()).toBe('busy');
    await sendOk(server, { method: 'POST', path: `/api/kernels/${id}/interrupt` });
    await socket.finish(request);
    expect(await stateOnceSettled(server, id)).toBe('idle');
    await socket.close();
    await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
  });

  test('events tell of kernels and files', async () => {
    const events = await TextSocket.open(server, '/api/events/subscribe');
    await sendOk(server, {
      method: 'PUT',
      path: '/api/contents/e.txt',
      body: { type: 'file', format: 'text', content: 'x' },
    });
    const id = await startKernel(server, 'bash');
    await sendOk(server, { method: 'DELETE', path: `/api/kernels/${id}` });
    const seen = (): Record<string, unknown>[] => events.received as Record<string, unknown>[];
    await events.until(() => seen().some((e) => e['action'] === 'shutdown'), 'shutdown');
    const saved = seen().find((e) => e['action'] === 'save');
    expect(saved).toMatchObject({
      schema_id: 'https://events.jupyter.org/jupyter_server/contents_service/v1',
      path: 'e.txt',
    });
    const started = seen().find((e) => e['action'] === 'start');
    expect(started).toMatchObject({
      schema_id: 'https://events.jupyter.org/jupyter_server/kernel_actions/v1',
      kernel_id: id,
      kernel_name: 'bash',
      status: 'success',
    });
    const flat = ['action', 'kernel_id', 'kernel_name', 'msg', 'schema_id', 'status'];
    expect(Object.keys(started ?? {}).sort()).toEqual(flat);
    await events.close();
  });
});

/** The state that `GET /api/kernels/{id}` gives once it is no longer busy or starting. */
async function stateOnceSettled(server: JupyterServerProcess, id: string): Promise<unknown> {
  for (;;) {
    const state = (await sendOk(server, { path: `/api/kernels/${id}` })).json()['execution_state'];
    if (state !== 'busy' && state !== 'starting') return state;
  }
}
