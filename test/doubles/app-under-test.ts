import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Router } from 'express';
import pino from 'pino';
import type { Logger } from 'pino';
import { Activity } from '../../server/activity.ts';
import { Authenticator } from '../../server/auth/authenticator.ts';
import { SignedInSockets } from '../../server/auth/signed-in-sockets.ts';
import { createHttpApp, httpServerOptions } from '../../server/http-app.ts';
import type { AnsweredRequest } from '../../server/http-log.ts';
import { handleUpgrades } from '../../server/upgrade.ts';
import type { UpgradeRoute } from '../../server/upgrade-route.ts';

export const TOKEN = 'right-token';

export interface AppParts {
  readonly publicRoutes?: (
    authenticator: Authenticator,
    logger: Logger,
    sockets: SignedInSockets,
  ) => readonly Router[];
  readonly authenticatedRoutes?: (authenticator: Authenticator, logger: Logger) => readonly Router[];
  readonly upgradeRoutes?: readonly UpgradeRoute[];
  readonly token?: string;
  readonly hashedPassword?: string;
  readonly baseUrl?: string;
  readonly allowRemoteHosts?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly cookies: readonly string[];
  json(): unknown;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The right token in the header (default), or none. */
  readonly auth?: 'token' | 'none';
}

/** The HTTP side of the server with a test's own routes, on a port of its own. */
export async function startApp(parts: AppParts = {}): Promise<AppUnderTest> {
  const logged: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const authenticator = new Authenticator({
    secret: 'a secret of the tests',
    token: parts.token ?? TOKEN,
    viewToken: '',
    hashedPassword: parts.hashedPassword ?? '',
    baseUrl: parts.baseUrl ?? '/',
  });
  const sockets = new SignedInSockets();
  const activity = new Activity();
  const answered: AnsweredRequest[] = [];
  const allowRemoteHosts = parts.allowRemoteHosts ?? false;
  const upgradeRoutes = parts.upgradeRoutes ?? [];
  const app = createHttpApp({
    authenticator,
    allowRemoteHosts,
    defaultPath: 'lab',
    publicRoutes: parts.publicRoutes?.(authenticator, logger, sockets) ?? [],
    authenticatedRoutes: parts.authenticatedRoutes?.(authenticator, logger) ?? [],
    upgradeRoutes,
    activity,
    logger,
    onAnswered: (each) => void answered.push(each),
  });
  const server = createServer(httpServerOptions, app);
  handleUpgrades(server, upgradeRoutes, { authenticator, sockets, allowRemoteHosts, logger });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    authenticator,
    activity,
    logged,
    answered,
    ask: (path, asked = {}) => ask(port, path, asked),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface AppUnderTest {
  readonly port: number;
  readonly authenticator: Authenticator;
  readonly activity: Activity;
  /** JSON lines. */
  readonly logged: readonly string[];
  readonly answered: readonly AnsweredRequest[];
  ask(path: string, asked?: Asked): Promise<Answer>;
  close(): Promise<void>;
}

function ask(port: number, path: string, asked: Asked): Promise<Answer> {
  const { method = 'GET', headers = {}, body, auth = 'token' } = asked;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      method,
      agent: false,
      headers: { ...(auth === 'token' ? { authorization: `token ${TOKEN}` } : {}), ...headers },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.once('error', reject);
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: answer.statusCode ?? 0,
          reason: answer.statusMessage ?? '',
          headers: answer.headers,
          text,
          cookies: answer.headers['set-cookie'] ?? [],
          json: () => JSON.parse(text) as unknown,
        });
      });
    });
    outgoing.end(body);
  });
}

/** `name=value` of a Set-Cookie header, as a browser sends it back. */
export function cookiePair(cookies: readonly string[], prefix: string): string {
  return cookies.find((cookie) => cookie.startsWith(prefix))?.split(';')[0] ?? '';
}
