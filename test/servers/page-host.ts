import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { HostedMessage } from '../../kernel-bridge/hosted/hosted-message.ts';
import { HostSupervisor } from '../../kernel-bridge/hosted/link/host-supervisor.ts';
import { joinWebSocket } from '../../kernel-bridge/hosted/link/join-websocket.ts';
import { MemorySpool } from '../../kernel-bridge/hosted/link/memory-spool.ts';
import {
  HOST_HEADER,
  HOST_LINK_PATH,
  HOST_PROTOCOL,
  type HostHello,
} from '../../server/wire/browser-runtime.ts';
import { HostedProcesses, hostedMessage } from '../doubles/hosted-process.ts';
import type { JupyterServerProcess } from './jupyter-server-process.ts';

export interface Told {
  readonly type: 'accepted' | 'refused';
  readonly reason?: string;
  readonly message?: string;
}

/** A page of somebody's browser that runs kernels, as far as the server sees it: its kernels do what a test says. */
export class PageHost {
  readonly hello: HostHello;
  readonly processes = new HostedProcesses();
  readonly spool: MemorySpool;
  readonly host: HostSupervisor;
  readonly unshared = new Map<string, number>();
  isEmpty = false;
  readonly #headers: Readonly<Record<string, string>>;
  #socket: WebSocket | null = null;

  /** @param before the page that is gone, of whose spool it hands over what is left */
  constructor(headers: Readonly<Record<string, string>>, before: PageHost | null = null) {
    this.#headers = headers;
    this.spool = before?.spool ?? new MemorySpool();
    const { hostId, secret } = before?.hello ?? { hostId: randomUUID(), secret: randomUUID() };
    this.hello = {
      ...{ type: 'host', protocol: HOST_PROTOCOL, title: 'Firefox on a test', isLeft: before !== null },
      ...{ hostId, secret },
    };
    this.host = new HostSupervisor({
      startKernel: before === null ? this.processes.start : null,
      spool: this.spool,
      observer: {
        stateChanged: () => undefined,
        message: () => undefined,
        unshared: (kernelId, count) => void this.unshared.set(kernelId, count),
        empty: () => void (this.isEmpty = true),
      },
      log: { info: () => undefined, warn: () => undefined },
    });
  }

  /** What its person's requests have, which start kernels here. */
  get headers(): Record<string, string> {
    return { ...this.#headers, [HOST_HEADER]: this.hello.hostId };
  }

  /** @returns what the server says first */
  async connect(server: JupyterServerProcess, hello: Partial<HostHello> = {}): Promise<Told> {
    const url = `${server.origin.replace('http', 'ws')}${server.base}${HOST_LINK_PATH}`;
    const socket = new WebSocket(url, { headers: this.#headers });
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => socket.send(JSON.stringify({ ...this.hello, ...hello })));
      socket.once('message', (data: Buffer) => {
        const told = JSON.parse(data.toString()) as Told;
        if (told.type === 'accepted') joinWebSocket(socket, (pipe) => this.host.join(pipe));
        resolve(told);
      });
    });
  }

  /** Its network is gone; its kernels are not. */
  cut(): void {
    this.#socket?.terminate();
  }

  /** The page is gone. */
  close(): void {
    this.host.close();
    this.#socket?.terminate();
  }

  /** Runs a cell while the server cannot be reached: asked here, printed, answered. */
  runHere(kernelId: string, cellId: string, text: string): void {
    const request: HostedMessage = {
      ...hostedMessage('shell', 'execute_request', { code: `print(${JSON.stringify(text)})`, silent: false }),
      metadata: JSON.stringify({ cellId }),
    };
    this.host.ask(kernelId, request);
    const { last } = this.processes;
    last.status('busy', request.header);
    const count = { execution_count: 1 };
    last.say(hostedMessage('iopub', 'execute_input', { code: 'x', ...count }, request.header));
    last.say(hostedMessage('iopub', 'stream', { name: 'stdout', text }, request.header));
    last.say(hostedMessage('shell', 'execute_reply', { status: 'ok', ...count }, request.header));
    last.status('idle', request.header);
  }
}
