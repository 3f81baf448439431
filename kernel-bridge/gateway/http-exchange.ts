import type { AgentOptions } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';

// Imported, they would load Node's whole web client.
const { request: requestHttp } = process.getBuiltinModule('node:http');
const { request: requestHttps } = process.getBuiltinModule('node:https');

export interface HttpQuestion {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** In milliseconds, until all of the answer is there. */
  readonly patience: number;
  readonly tls: AgentOptions;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** More than any answer of a server's REST API has, logos included. */
const LARGEST_ANSWER = 32 * 1024 * 1024;

/**
 * One request and its answer, whatever that says. Redirects are answers. (`fetch` knows no certificate authority of one's
 * own without another library, and follows no bound.)
 * @throws Error with a `code`: the network's, or GATEWAY_SLOW, GATEWAY_TOO_MUCH
 */
export function exchange(question: HttpQuestion): Promise<HttpAnswer> {
  const { url, method, headers, body, patience, tls } = question;
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const asked = request(url, {
      method,
      headers: { ...headers, ...(body.length > 0 && { 'Content-Length': String(body.length) }) },
      agent: false,
      ...tls,
    });
    const fail = (error: Error): void => {
      clearTimeout(limit);
      asked.destroy();
      reject(error);
    };
    const limit = setTimeout(() => fail(coded('GATEWAY_SLOW', 'it takes too long')), patience);
    asked.on('error', fail);
    asked.on('response', (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > LARGEST_ANSWER)
          fail(coded('GATEWAY_TOO_MUCH', 'its answer is longer than any that is awaited'));
        else chunks.push(chunk);
      });
      answer.on('error', fail);
      answer.on('end', () => {
        clearTimeout(limit);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
      });
    });
    asked.end(body);
  });
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
