import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { sendOk } from './http.ts';
import type { JupyterServerProcess } from './jupyter-server-process.ts';
import type { KernelMessage, MessageHeader } from './kernel-message.ts';
import { dialects } from './websocket-dialects.ts';
import type { DialectName } from './websocket-dialects.ts';

const LIMIT = 30_000;

export interface Execution {
  readonly reply: KernelMessage;
  /** Everything on iopub whose parent is the request, up to the idle status. */
  readonly iopub: readonly KernelMessage[];
  /** What was printed. */
  readonly text: string;
}

export interface SocketOptions {
  readonly dialect?: DialectName;
  readonly sessionId?: string;
  readonly headers?: Record<string, string>;
}

/** One kernel websocket, as one tab or one program holds it. */
export class KernelSocket {
  readonly received: KernelMessage[] = [];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  readonly #listeners = new Set<() => void>();
  #failure: Error | undefined;

  private constructor(
    readonly socket: WebSocket,
    readonly sessionId: string,
    readonly dialect: DialectName,
  ) {
    socket.on('message', (data: Buffer, isBinary) => {
      try {
        this.received.push(dialects[dialect].decode(data, isBinary));
      } catch (error) {
        this.#failure = error as Error;
      }
      for (const listener of this.#listeners) listener();
    });
    this.closed = new Promise((resolve) => socket.once('close', (code) => resolve(code)));
  }

  static async open(
    server: JupyterServerProcess,
    kernelId: string,
    { dialect = 'v1', sessionId = randomUUID(), headers = {} }: SocketOptions = {},
  ): Promise<KernelSocket> {
    const url = `${server.origin.replace('http', 'ws')}${server.base}api/kernels/${kernelId}/channels?session_id=${sessionId}`;
    const socket = new WebSocket(url, [...dialects[dialect].subprotocols], {
      maxPayload: 2 ** 30,
      headers: { authorization: `token ${server.token}`, ...headers },
    });
    const opened = new KernelSocket(socket, sessionId, dialect);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    return opened;
  }

  /** Sends a request and returns its header. */
  send(
    channel: string,
    type: string,
    content: Record<string, unknown>,
    extra: { buffers?: Buffer[]; metadata?: Record<string, unknown>; header?: Partial<MessageHeader> } = {},
  ): MessageHeader {
    const header: MessageHeader = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.sessionId,
      username: '',
      version: '5.2',
      date: new Date().toISOString(),
      ...extra.header,
    };
    const { buffers = [], metadata = {} } = extra;
    const message = { channel, header, parent_header: {}, metadata, content, buffers };
    this.socket.send(dialects[this.dialect].encode(message));
    return header;
  }

  /** The first message, received already or later, that answers to the description. */
  async find(
    is: (message: KernelMessage) => boolean,
    what = 'message',
    limit = LIMIT,
  ): Promise<KernelMessage> {
    await this.until(() => this.received.some(is), what, limit);
    return this.received.find(is) as KernelMessage;
  }

  /** Resolves once the condition, asked after each message, holds. */
  until(holds: () => boolean, what: string, limit = LIMIT): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (error?: Error): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        if (error) reject(error);
        else resolve();
      };
      const seen = (): string =>
        this.received
          .slice(-30)
          .map((m) => `${m.channel} ${m.header.msg_type} ${JSON.stringify(m.content).slice(0, 120)}`)
          .join('\n');
      const timer = setTimeout(
        () => finish(new Error(`no ${what} in ${limit} ms; received:\n${seen()}`)),
        limit,
      );
      const look = (): void => {
        if (this.#failure) finish(this.#failure);
        else if (holds()) finish();
      };
      this.#listeners.add(look);
      look();
    });
  }

  start(
    code: string,
    content: Record<string, unknown> = {},
    metadata: Record<string, unknown> = {},
  ): MessageHeader {
    const request = {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: true,
      stop_on_error: true,
    };
    return this.send('shell', 'execute_request', { ...request, ...content }, { metadata });
  }

  async finish(request: MessageHeader, limit = LIMIT): Promise<Execution> {
    const answers = (): KernelMessage[] =>
      this.received.filter((m) => m.parent_header?.msg_id === request.msg_id);
    const isIdle = (m: KernelMessage): boolean =>
      m.channel === 'iopub' && m.header.msg_type === 'status' && m.content['execution_state'] === 'idle';
    const isReply = (m: KernelMessage): boolean =>
      m.channel === 'shell' && m.header.msg_type.endsWith('_reply');
    await this.until(() => answers().some(isIdle) && answers().some(isReply), 'reply and idle', limit);
    const iopub = answers().filter((m) => m.channel === 'iopub');
    const streams = iopub.filter((m) => m.header.msg_type === 'stream');
    return {
      reply: answers().find(isReply) as KernelMessage,
      iopub,
      text: streams.map((m) => String(m.content['text'])).join(''),
    };
  }

  execute(code: string, limit?: number): Promise<Execution> {
    return this.finish(this.start(code), limit);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

export async function startKernel(server: JupyterServerProcess, name = 'python3'): Promise<string> {
  const answer = await sendOk(server, { method: 'POST', path: '/api/kernels', body: { name } });
  return answer.json<{ id: string }>().id;
}
