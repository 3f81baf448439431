import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { JupyterServerProcess } from './jupyter-server-process.ts';

export interface HttpRequest {
  readonly method?: string;
  /** After the base URL, starting with `/`; sent as it stands, so that `..` and odd percent signs arrive. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is text or bytes. */
  readonly body?: unknown;
  /** The server's token in the Authorization header (default), or nothing. */
  readonly auth?: 'token' | 'none';
}

export interface HttpAnswer {
  readonly status: number;
  /** The reason phrase of the status line. */
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  text(): string;
  /** Unchecked: the test says what it expects. */
  json<T = Record<string, unknown>>(): T;
}

/** One request on a connection of its own; redirects are not followed. */
export function send(server: JupyterServerProcess, request: HttpRequest): Promise<HttpAnswer> {
  const { method = 'GET', path, headers = {}, body, auth = 'token' } = request;
  const payload =
    body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const url = new URL(server.origin);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: url.hostname,
        port: url.port,
        method,
        path: server.base.slice(0, -1) + path,
        agent: false,
        headers: {
          ...(auth === 'token' && server.token !== '' ? { authorization: `token ${server.token}` } : {}),
          ...(payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const whole = Buffer.concat(chunks);
          resolve({
            status: incoming.statusCode ?? 0,
            reason: incoming.statusMessage ?? '',
            headers: incoming.headers,
            body: whole,
            text: () => whole.toString(),
            json: <T>() => JSON.parse(whole.toString()) as T,
          });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(payload);
  });
}

/** As `send`, for answers that a test takes for granted: anything but a 2xx is an error that shows the body. */
export async function sendOk(server: JupyterServerProcess, request: HttpRequest): Promise<HttpAnswer> {
  const answer = await send(server, request);
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(
    `${server.name}: ${request.method ?? 'GET'} ${request.path}: ${answer.status} ${answer.text()}`,
  );
}
