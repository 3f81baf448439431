import { KernelMessage, type ServerConnection, type Session } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { beforeEach, describe, expect, test } from 'vitest';
import type { HostedMessage } from '../../../kernel-bridge/hosted/hosted-message.ts';
import type {
  BrowserKernelKind,
  HostedKernelState,
  IBrowserRuntime,
  IHostedKernel,
} from '../browser-runtime/browser-runtime.ts';
import { PrivateKernels } from './private-kernels.ts';
import { PrivateSocket } from './private-socket.ts';

/** A kernel of the page that says what the test says. */
class Hosted implements IHostedKernel {
  readonly path = null;
  readonly isPrivate = true;
  readonly unshared = 0;
  readonly state: HostedKernelState = { kind: 'idle' };
  readonly stateChanged = new Signal<this, HostedKernelState>(this);
  readonly message = new Signal<this, HostedMessage>(this);
  readonly did: string[] = [];
  readonly sent: HostedMessage[] = [];

  constructor(
    readonly id: string,
    readonly kind: BrowserKernelKind,
  ) {}

  execute(): string {
    throw new Error('JupyterLab asks under its own ids.');
  }

  send(message: HostedMessage): void {
    this.sent.push(message);
  }

  interrupt(): boolean {
    this.did.push('interrupt');
    return true;
  }

  restart(): void {
    this.did.push('restart');
  }

  close(): void {
    this.did.push('close');
  }
}

let started: Hosted[];
let kernels: PrivateKernels;
let sessions: Session.ISessionAPIClient;
const settings = {} as ServerConnection.ISettings;
beforeEach(() => {
  started = [];
  const runtime = {
    startPrivate(kind: BrowserKernelKind) {
      const kernel = new Hosted(`k${started.length}`, kind);
      started.push(kernel);
      return kernel;
    },
  } as unknown as IBrowserRuntime;
  kernels = new PrivateKernels(runtime);
  sessions = kernels.sessionClient(settings);
});
const start = (name: string) =>
  sessions.startNew({ path: 'Private:a.ipynb', name: 'a.ipynb', type: 'notebook', kernel: { name } });

describe('sessions of private copies', () => {
  test('have kernels of this page, of the kind that was asked for, and Python where nothing is known', async () => {
    const { kernel } = await start('browser.html');
    await start('ir');
    expect(started.map(({ kind }) => kind)).toEqual(['html', 'python']);
    expect(kernel).toEqual({ id: 'k0', name: 'browser.html' });
    expect(await sessions.listRunning()).toHaveLength(2);
  });

  test('get another kernel in the place of theirs, which ends', async () => {
    const { id } = await start('browser.python');
    const changed = await sessions.update({ id, kernel: { name: 'browser.html' } });
    expect(changed.kernel?.id).toBe('k1');
    expect(started[0]?.did).toEqual(['close']);
    await sessions.update({ id, path: 'Private:b.ipynb' });
    expect(await sessions.listRunning()).toMatchObject([{ path: 'Private:b.ipynb', kernel: { id: 'k1' } }]);
  });

  test('end with their kernels, whichever is ended', async () => {
    const { id } = await start('browser.python');
    await start('browser.python');
    await sessions.shutdown(id);
    await kernels.kernelClient(settings).shutdown('k1');
    expect(started.map(({ did }) => did)).toEqual([['close'], ['close']]);
    expect(await sessions.listRunning()).toEqual([]);
    expect(await kernels.kernelClient(settings).getModel('k1')).toBeUndefined();
  });

  test('interrupt and restart the kernel of this page', async () => {
    await start('browser.python');
    const client = kernels.kernelClient(settings);
    await client.interrupt('k0');
    await client.restart('k0');
    expect(started[0]?.did).toEqual(['interrupt', 'restart']);
  });
});

describe('the socket of a private kernel', () => {
  const request = (type: 'execute_request', content: object) =>
    KernelMessage.createMessage({
      ...{ channel: 'shell', msgType: type, session: 'page', username: '', msgId: 'asked' },
      content: content as KernelMessage.IExecuteRequestMsg['content'],
    });
  const said = (parent: object): HostedMessage => ({
    channel: 'iopub',
    header: JSON.stringify({ msg_id: 'x', msg_type: 'stream' }),
    parentHeader: JSON.stringify(parent),
    metadata: '{}',
    content: '{"name":"stdout","text":"hello"}',
    buffers: [new Uint8Array([1, 2])],
  });

  async function open(): Promise<{ kernel: Hosted; socket: PrivateSocket; heard: Record<string, never>[] }> {
    const kernel = new Hosted('k', 'python');
    const socket = new PrivateSocket(kernel);
    const heard: Record<string, never>[] = [];
    socket.onmessage = ({ data }) => void heard.push(data as Record<string, never>);
    await new Promise((resolve) => (socket.onopen = resolve));
    return { kernel, socket, heard };
  }

  test('carries what JupyterLab asks, and what answers it, as it is: widgets go by its ids', async () => {
    const { kernel, socket, heard } = await open();
    const message = request('execute_request', { code: '1', silent: false, store_history: true });
    const bytes = new Uint8Array([0, 3, 4]).subarray(1);
    socket.send({ ...message, metadata: { cellId: 'c' }, buffers: [bytes, bytes.slice().buffer] });
    const { channel, header, metadata, content, buffers } = kernel.sent[0] as HostedMessage;
    expect({ channel, metadata }).toEqual({ channel: 'shell', metadata: '{"cellId":"c"}' });
    expect([header, content].map((each) => JSON.parse(each) as unknown)).toEqual([
      message.header,
      message.content,
    ]);
    expect(buffers.map((each) => [...each])).toEqual([
      [3, 4],
      [3, 4],
    ]);
    kernel.message.emit(said(message.header));
    expect(heard[0]).toMatchObject({ parent_header: message.header, content: { text: 'hello' } });
    expect((heard[0]?.['buffers'] as unknown as DataView[])[0]?.byteLength).toBe(2);
  });

  test('brings answers of people with what was asked', async () => {
    const { kernel, socket } = await open();
    const answer = { ...request('execute_request', {}), channel: 'stdin', parent_header: { msg_id: 'q' } };
    socket.send({ ...answer, header: { ...answer.header, msg_type: 'input_reply' } });
    expect(kernel.sent).toMatchObject([{ channel: 'stdin', parentHeader: '{"msg_id":"q"}' }]);
  });

  test('tells the end of the kernel, and nothing once it is closed', async () => {
    const { kernel, socket, heard } = await open();
    kernel.stateChanged.emit({ kind: 'ended', why: 'out of memory' });
    expect(heard[0]).toMatchObject({ content: { execution_state: 'dead' } });
    socket.close();
    kernel.message.emit(said({}));
    expect(heard).toHaveLength(1);
  });

  test('of a kernel that is gone closes at once', async () => {
    const socket = new PrivateSocket(null);
    await new Promise((resolve) => (socket.onclose = resolve));
    expect(socket.readyState).toBe(3);
  });
});
