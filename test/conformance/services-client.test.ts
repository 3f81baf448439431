import { randomUUID } from 'node:crypto';
import { PageConfig } from '@jupyterlab/coreutils';
import {
  ConfigSectionManager,
  ContentsManager,
  EventManager,
  KernelManager,
  KernelSpecManager,
  NbConvertManager,
  ServerConnection,
  SessionManager,
  SettingManager,
  TerminalManager,
  WorkspaceManager,
} from '@jupyterlab/services';
import type { Contents, Event as JupyterEvent, Kernel, KernelMessage } from '@jupyterlab/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { onBothServers } from './both-servers.ts';
import { notebook } from './sample-files.ts';

/** A promise for the first signal that answers to the description. */
function signalled<Sender, Value>(
  signal: { connect(slot: (sender: Sender, value: Value) => void): boolean },
  is: (value: Value) => boolean,
): Promise<Value> {
  return new Promise((resolve) => {
    signal.connect((_, value) => {
      if (is(value)) resolve(value);
    });
  });
}

// The client that JupyterLab itself is built on, from npm, in Node.
onBothServers('@jupyterlab/services against $name', ({ start }) => {
  let server: JupyterServerProcess;
  let serverSettings: ServerConnection.ISettings;
  beforeAll(async () => {
    PageConfig.setOption('terminalsAvailable', 'true');
    server = await start();
    serverSettings = ServerConnection.makeSettings({
      baseUrl: `${server.origin}/`,
      wsUrl: `${server.origin.replace('http', 'ws')}/`,
      token: server.token,
      appUrl: 'lab',
      appendToken: true,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    });
  });
  afterAll(() => server.close());

  test('ContentsManager reads, writes, renames, copies, checkpoints and deletes', async () => {
    const contents = new ContentsManager({ serverSettings });
    const untitled = await contents.newUntitled({ path: '', type: 'notebook' });
    expect(untitled).toMatchObject({ name: 'Untitled.ipynb', type: 'notebook' });
    const saved = await contents.save('Untitled.ipynb', {
      type: 'notebook',
      format: 'json',
      content: notebook('x = 1'),
    });
    expect(saved.size).toBeGreaterThan(100);
    const read = await contents.get('Untitled.ipynb', { content: true, hash: true, type: 'notebook' });
    expect((read.content as { cells: unknown[] }).cells).toHaveLength(2);
    expect(read.hash).toMatch(/^[0-9a-f]{64}$/);
    const checkpoint = await contents.createCheckpoint('Untitled.ipynb');
    expect(await contents.listCheckpoints('Untitled.ipynb')).toHaveLength(1);
    await contents.restoreCheckpoint('Untitled.ipynb', checkpoint.id);
    await contents.deleteCheckpoint('Untitled.ipynb', checkpoint.id);
    expect((await contents.copy('Untitled.ipynb', '')).path).toBe('Untitled-Copy1.ipynb');
    const odd = 'ünï ☃ 100% #1?.ipynb';
    expect((await contents.rename('Untitled.ipynb', odd)).path).toBe(odd);
    expect((await contents.get(odd, { content: false })).name).toBe(odd);
    const names = ((await contents.get('')).content as Contents.IModel[]).map((model) => model.name).sort();
    expect(names).toEqual(['Untitled-Copy1.ipynb', odd]);
    await contents.delete(odd);
    await expect(contents.get(odd)).rejects.toMatchObject({ response: { status: 404 } });
    expect(await contents.getDownloadUrl('Untitled-Copy1.ipynb')).toContain('/files/Untitled-Copy1.ipynb');
    contents.dispose();
  });

  test('ContentsManager uploads in chunks of 1 MiB', async () => {
    const contents = new ContentsManager({ serverSettings });
    const bytes = Buffer.alloc(2.5 * 1024 * 1024, 'in the loop ');
    const size = 1024 * 1024;
    for (let offset = 0, chunk = 1; offset < bytes.length; offset += size, chunk++) {
      const last = offset + size >= bytes.length;
      await contents.save('upload.bin', {
        type: 'file',
        format: 'base64',
        name: 'upload.bin',
        chunk: last ? -1 : chunk,
        content: bytes.subarray(offset, offset + size).toString('base64'),
      });
    }
    const read = await contents.get('upload.bin', { format: 'base64', type: 'file', content: true });
    expect(Buffer.from(read.content as string, 'base64').equals(bytes)).toBe(true);
    contents.dispose();
  });

  test('KernelManager and KernelConnection run, ask, interrupt, restart and shut down', async () => {
    const manager = new KernelManager({ serverSettings });
    await manager.ready;
    const kernel = await manager.startNew({ name: 'python3' });
    expect((await kernel.info).implementation).toBe('ipython');
    const printed = async (code: string): Promise<string> => {
      let text = '';
      const future = kernel.requestExecute({ code, allow_stdin: true });
      future.onIOPub = (message): void => {
        if (message.header.msg_type === 'stream') text += (message as KernelMessage.IStreamMsg).content.text;
      };
      future.onStdin = (message): void => {
        if (message.header.msg_type === 'input_request')
          kernel.sendInputReply(
            { value: 'Ada', status: 'ok' },
            (message as KernelMessage.IInputRequestMsg).header,
          );
      };
      await future.done;
      return text;
    };
    expect(await printed('print(6 * 7)')).toBe('42\n');
    expect(await printed('print("hello", input("?"))')).toBe('hello Ada\n');
    expect((await kernel.requestComplete({ code: 'impor', cursor_pos: 5 })).content).toMatchObject({
      status: 'ok',
    });
    const sleeping = kernel.requestExecute({ code: 'import time\nprint("in", flush=True)\ntime.sleep(60)' });
    await new Promise<void>((resolve) => {
      sleeping.onIOPub = (message): void => {
        if (message.header.msg_type === 'stream') resolve();
      };
    });
    await kernel.interrupt();
    expect((await sleeping.done).content).toMatchObject({ ename: 'KeyboardInterrupt' });
    await printed('kept = 1');
    await kernel.restart();
    expect((await kernel.requestExecute({ code: 'kept' }).done).content).toMatchObject({
      ename: 'NameError',
    });
    const comm = kernel.createComm('no.such.target');
    const closed = new Promise<void>((resolve) => {
      comm.onClose = (): void => resolve();
    });
    await comm.open({ a: 1 }, {}, [new Uint8Array([1, 2, 3]).buffer]).done;
    await closed;
    await manager.refreshRunning();
    expect([...manager.running()].map((model) => model.id)).toEqual([kernel.id]);
    await kernel.shutdown();
    await manager.refreshRunning();
    expect([...manager.running()]).toEqual([]);
    manager.dispose();
  });

  test('a kernel that dies is seen to restart, and works again', async () => {
    const manager = new KernelManager({ serverSettings });
    const kernel = await manager.startNew({ name: 'python3' });
    await kernel.requestExecute({ code: 'kept = 1' }).done;
    const restarting = signalled<Kernel.IKernelConnection, Kernel.Status>(
      kernel.statusChanged,
      (s) => s === 'autorestarting',
    );
    kernel
      .requestExecute({ code: 'import os; os._exit(1)' })
      .done.catch(() => 'cancelled by the restart, as it must be');
    await restarting;
    await kernel.info;
    expect((await kernel.requestExecute({ code: 'kept' }).done).content).toMatchObject({
      ename: 'NameError',
    });
    await kernel.shutdown();
    manager.dispose();
  });

  test('SessionManager follows path, name, type and kernel', async () => {
    const kernelManager = new KernelManager({ serverSettings });
    const sessions = new SessionManager({ serverSettings, kernelManager });
    await sessions.ready;
    // Of its own, so that another try does not find the session of the first.
    const path = `folder/ü ${randomUUID()}.ipynb`;
    // JupyterLab names a new session by a random path first, and renames it once it stands.
    const session = await sessions.startNew({
      path: '3f1c.ipynb',
      name: 'a.ipynb',
      type: 'notebook',
      kernel: { name: 'python3' },
    });
    await session.setPath(path);
    await session.setName('ü a.ipynb');
    await session.setType('console');
    // The manager may be told of what its own, earlier question found.
    const found = async (): Promise<unknown> => {
      await sessions.refreshRunning();
      return sessions.findByPath(path);
    };
    await expect
      .poll(found, { timeout: 5000 })
      .toMatchObject({ id: session.id, name: 'ü a.ipynb', type: 'console' });
    expect((await session.kernel?.requestExecute({ code: '1' }).done)?.content).toMatchObject({
      status: 'ok',
    });
    const firstKernel = session.kernel?.id;
    const changed = await session.changeKernel({ name: 'bash' });
    expect(changed?.name).toBe('bash');
    expect(changed?.id).not.toBe(firstKernel);
    await session.shutdown();
    await sessions.refreshRunning();
    expect([...sessions.running()]).toEqual([]);
    sessions.dispose();
    kernelManager.dispose();
  });

  test('a second connection to the same kernel hears what the first one runs', async () => {
    const manager = new KernelManager({ serverSettings });
    const first = await manager.startNew({ name: 'python3' });
    const second = manager.connectTo({ model: first.model });
    await second.info;
    const heard = signalled<Kernel.IKernelConnection, KernelMessage.IIOPubMessage>(
      second.iopubMessage,
      (message) => message.header.msg_type === 'stream',
    );
    await first.requestExecute({ code: 'print("both")' }).done;
    expect((await heard).content).toEqual({ name: 'stdout', text: 'both\n' });
    second.dispose();
    await first.shutdown();
    manager.dispose();
  });

  test('KernelSpecManager, NbConvertManager and ConfigSectionManager get what they ask for', async () => {
    const specs = new KernelSpecManager({ serverSettings });
    await specs.ready;
    expect(specs.specs?.default).toBe('python3');
    expect(specs.specs?.kernelspecs['python3']?.resources['logo-svg']).toContain(
      '/kernelspecs/python3/logo-svg.svg',
    );
    // UserManager itself keeps a colour in the browser's localStorage: its request alone.
    const me = await ServerConnection.makeRequest(`${serverSettings.baseUrl}api/me`, {}, serverSettings);
    expect(await me.json()).toMatchObject({ identity: { username: expect.any(String) as string } });
    const formats = await new NbConvertManager({ serverSettings }).getExportFormats();
    expect(formats['html']).toEqual({ output_mimetype: 'text/html' });
    const config = new ConfigSectionManager({ serverSettings });
    const section = await config.create({ name: 'services_client' });
    await section.update({ a: { b: 1 } });
    expect((await config.create({ name: 'services_client' })).data).toEqual({ a: { b: 1 } });
    specs.dispose();
  });

  test('SettingManager saves a plugin and finds it again', async () => {
    const settings = new SettingManager({ serverSettings });
    const id = '@jupyterlab/apputils-extension:themes';
    await settings.save(id, '{\n  // night\n  "theme": "JupyterLab Dark"\n}');
    expect((await settings.fetch(id)).raw).toContain('// night');
    const all = await settings.list();
    expect(all.ids).toContain(id);
    expect(all.values.find((plugin) => plugin.id === id)?.raw).toContain('JupyterLab Dark');
    await expect(settings.save(id, '{"theme": 5}')).rejects.toMatchObject({ response: { status: 400 } });
  });

  test('WorkspaceManager saves, lists and removes', async () => {
    const workspaces = new WorkspaceManager({ serverSettings });
    await workspaces.save('mine', { data: { a: 1 }, metadata: { id: 'mine' } });
    expect((await workspaces.fetch('mine')).data).toEqual({ a: 1 });
    expect((await workspaces.list()).ids).toEqual(['mine']);
    await workspaces.remove('mine');
    expect((await workspaces.list()).ids).toEqual([]);
  });

  test('TerminalManager opens a shell, runs a command and shuts it down', async () => {
    const terminals = new TerminalManager({ serverSettings });
    await terminals.ready;
    const terminal = await terminals.startNew();
    let text = '';
    const answered = new Promise<void>((resolve) => {
      terminal.messageReceived.connect((_, message) => {
        if (message.type === 'stdout') text += (message.content ?? []).join('');
        if (text.includes('= 42')) resolve();
      });
    });
    terminal.send({ type: 'set_size', content: [30, 100, 600, 800] });
    terminal.send({ type: 'stdin', content: ['echo "= $((6*7))"\r'] });
    await answered;
    const other = terminals.connectTo({ model: terminal.model });
    await signalled(
      other.messageReceived,
      (message) => message.type === 'stdout' && String(message.content?.[0]).includes('= 42'),
    );
    other.dispose();
    await terminal.shutdown();
    await terminals.refreshRunning();
    expect([...terminals.running()]).toEqual([]);
    terminals.dispose();
  });

  test('EventManager emits and hears', async () => {
    const events = new EventManager({ serverSettings });
    const schema_id = 'https://events.jupyter.org/jupyter_server/contents_service/v1';
    const heard = new Promise<JupyterEvent.Emission>((resolve) => {
      events.stream.connect((_, emission) => {
        if (emission['path'] === 'emitted') resolve(emission);
      });
    });
    // The stream's socket opens in the background.
    for (const until = Date.now() + 10_000; Date.now() < until;) {
      await events.emit({ schema_id, version: '1', data: { action: 'get', path: 'emitted' } });
      const done = await Promise.race([
        heard,
        new Promise<false>((resolve) => setTimeout(() => resolve(false), 200)),
      ]);
      if (done !== false) break;
    }
    expect(await heard).toMatchObject({ schema_id, action: 'get', path: 'emitted' });
    events.dispose();
  });
});
