import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Authenticator } from './auth/authenticator.ts';
import { isLocalHost } from './auth/local-host.ts';
import { isOwnOrigin } from './auth/same-origin.ts';
import type { SignedInSockets } from './auth/signed-in-sockets.ts';
import { HttpError } from './http-error.ts';
import { withoutSecrets } from './http-log.ts';
import { pathInside } from './http-path.ts';
import type { UpgradeRoute } from './upgrade-route.ts';
import { STATUS_CODES } from './node-http.ts';

export interface UpgradeDependencies {
  readonly authenticator: Authenticator;
  readonly sockets: SignedInSockets;
  readonly allowRemoteHosts: boolean;
  readonly logger: Logger;
}

/** Hands each websocket request to its route, after the checks that HTTP requests get too (contract §2.2). */
export function handleUpgrades(
  server: Server,
  routes: readonly UpgradeRoute[],
  dependencies: UpgradeDependencies,
): void {
  const { logger } = dependencies;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = withoutSecrets(request.url ?? '');
    socket.on('error', (error) => logger.debug({ err: error, url }, 'The connection of a websocket failed'));
    const answered = socketAnswered(socket);
    upgrade(request, socket, head, routes, dependencies).catch((error: unknown) => {
      const status = error instanceof HttpError ? error.status : 500;
      if (status >= 500) logger.error({ err: error, url }, 'A websocket could not be opened');
      else logger.warn({ status, url }, `${status} websocket ${url}`);
      // After "101" an HTTP answer would be read as websocket frames.
      if (answered()) socket.destroy();
      else refuse(socket, status, error instanceof HttpError ? error.message : 'Unhandled error');
    });
  });
}

async function upgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  routes: readonly UpgradeRoute[],
  { authenticator, sockets, allowRemoteHosts }: UpgradeDependencies,
): Promise<void> {
  const [path = '', ...search] = (request.url ?? '').split('?');
  if (!allowRemoteHosts && !isLocalHost(request.headers.host)) throw new HttpError(403, '');
  const found = findRoute(routes, pathInside(authenticator.baseUrl, path));
  if (found === null) throw new HttpError(404, '');
  const query = new URLSearchParams(search.join('?'));
  const { route, parameters } = found;
  if (route.handleStranger !== undefined) {
    await route.handleStranger({ request, socket, head, parameters, query });
    return;
  }
  const { identity, byToken } = authenticator.authenticate(request, query);
  if (identity === null) throw new HttpError(403, '');
  // Browsers open websockets to any site and send its cookies along: the Origin is all that tells.
  if (!byToken && !isOwnOrigin(request.headers)) throw new HttpError(403, '');
  const person = authenticator.identityInCookie(request);
  if (person !== null) sockets.opened(person.username, socket);
  await route.handle({ request, socket, head, identity, parameters, query });
}

function findRoute(
  routes: readonly UpgradeRoute[],
  path: string | null,
): { route: UpgradeRoute; parameters: string[] } | null {
  if (path === null) return null;
  for (const route of routes) {
    const match = route.pattern.exec(path);
    if (match !== null) return { route, parameters: match.slice(1).map((group) => decode(group ?? '')) };
  }
  return null;
}

function decode(group: string): string {
  try {
    return decodeURIComponent(group);
  } catch (error) {
    throw new HttpError(400, 'Invalid percent-encoding in the path', null, { cause: error });
  }
}

/** Tells whether anything has been written to the socket since: it may have carried earlier answers. */
function socketAnswered(socket: Duplex): () => boolean {
  const written = (): number => ('bytesWritten' in socket ? Number(socket.bytesWritten) : 0);
  const before = written();
  return () => written() > before;
}

function refuse(socket: Duplex, status: number, message: string): void {
  const statusText = STATUS_CODES[status] ?? 'Error';
  const body = Buffer.from(`${message === '' ? statusText : message}\n`);
  // A client that never closes its side would keep the connection for ever: HTTP's own limits ended with the upgrade.
  socket.once('finish', () => socket.destroy());
  socket.end(
    Buffer.concat([
      Buffer.from(
        [
          `HTTP/1.1 ${status} ${statusText}`,
          'Connection: close',
          'Content-Type: text/plain; charset=utf-8',
          'X-Content-Type-Options: nosniff',
          `Content-Length: ${body.length}`,
          '\r\n',
        ].join('\r\n'),
      ),
      body,
    ]),
  );
}
