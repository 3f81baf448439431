import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { JupyterServerProcess } from './jupyter-server-process.ts';

/** What a websocket handshake is answered with, without going on: the status, 101 if it would open. */
export function handshake(
  server: JupyterServerProcess,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  const url = new URL(server.origin);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: url.hostname,
      port: url.port,
      path: server.base.slice(0, -1) + path,
      agent: false,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        ...headers,
      },
    });
    outgoing.once('error', reject);
    outgoing.once('upgrade', (answer, socket) => {
      socket.destroy();
      resolve({ status: 101, headers: answer.headers });
    });
    outgoing.once('response', (answer) => {
      answer.resume();
      answer.once('close', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }));
    });
    outgoing.end();
  });
}
