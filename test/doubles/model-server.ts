import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a provider's server answers, as it is on the wire. */
export interface WireAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Each is written and flushed by itself. */
  readonly frames: readonly string[];
  /** In milliseconds, between two of them. */
  readonly pace?: number;
  /** After the frames: it ends as HTTP wants it, the connection breaks, or nothing comes any more. */
  readonly ending?: 'whole' | 'cut' | 'held';
  /** Nothing behind so many frames is sent before it opens. */
  readonly gate?: { readonly after: number; readonly opened: Promise<void> };
  /** Not even the headers are sent. */
  readonly isMute?: boolean;
}

export interface AskedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed; null for none. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

type Answering = (request: AskedRequest) => WireAnswer;

/** A provider on a port of the loopback that says what a test wrote down for it. */
export class ModelServer {
  readonly asked: AskedRequest[] = [];
  readonly #server: Server;
  readonly #answers: (WireAnswer | Answering)[] = [];
  #otherwise: Answering = () => ({ status: 500, frames: ['the test wrote down no answer'] });
  readonly #abandoned = Promise.withResolvers<void>();
  readonly #received = Promise.withResolvers<void>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<ModelServer> {
    const server = createServer();
    const started = new ModelServer(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves when a client has left in the middle of an answer. */
  get abandoned(): Promise<void> {
    return this.#abandoned.promise;
  }

  /** Resolves when it has been asked for the first time. */
  get received(): Promise<void> {
    return this.#received.promise;
  }

  /** One answer for each of the next requests. */
  answer(...answers: readonly (WireAnswer | Answering)[]): void {
    this.#answers.push(...answers);
  }

  /** For each request that nothing is written down for. */
  answerAlways(answering: Answering): void {
    this.#otherwise = answering;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('close', () => {
      if (!response.writableFinished) this.#abandoned.resolve();
    });
    let text = '';
    for await (const bytes of request) text += String(bytes);
    const asked: AskedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: text === '' ? null : (JSON.parse(text) as Record<string, unknown>),
    };
    this.asked.push(asked);
    this.#received.resolve();
    const next = this.#answers.shift() ?? this.#otherwise;
    const {
      status = 200,
      headers = {},
      frames,
      pace = 0,
      ending = 'whole',
      gate,
      isMute = false,
    } = typeof next === 'function' ? next(asked) : next;
    if (isMute) return;
    response.writeHead(status, headers);
    response.flushHeaders();
    for (const [index, frame] of frames.entries()) {
      if (index === gate?.after) await gate.opened;
      await new Promise((written) => response.write(frame, written));
      if (pace > 0) await sleep(pace);
    }
    if (ending === 'whole') response.end();
    if (ending === 'cut') response.destroy();
  }
}
