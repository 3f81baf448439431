import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Authenticator } from './auth/authenticator.ts';
import { isLocalHost } from './auth/local-host.ts';
import { hasOwnReferer, isOwnOrigin } from './auth/same-origin.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { HttpError } from './http-error.ts';
import { pathInside, pathKind } from './http-path.ts';
import type { PathKind } from './http-path.ts';

/** What is known of a request before any route sees it. */
export interface AdmittedRequest {
  /** Without the base URL, percent-encoded; null outside of it. */
  readonly path: string | null;
  readonly kind: PathKind;
  readonly query: URLSearchParams;
  readonly byToken: boolean;
}

export function admitted(response: Response): AdmittedRequest {
  return response.locals['admitted'] as AdmittedRequest;
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Browsers report violations without any token, and from any origin: that is what is reported. */
const CSP_REPORT = '/api/security/csp-report';
/** The login form carries its token in the body, which its route reads, where there is one. */
const LOGIN = '/login';
/** Other agents state a key of their own at each request there, and no cookie counts. */
const MCP = '/api/in-the-loop/v1/mcp';

/**
 * Host, identity, Origin and XSRF: all that is asked before a route is looked for (contract §2.2). Anybody may pass
 * whose request is not forged; whether somebody must be signed in is asked afterwards. It sets the headers that every
 * answer has.
 */
export function requestAdmission(
  authenticator: Authenticator,
  allowRemoteHosts: boolean,
  logger: Logger,
): RequestHandler {
  const { baseUrl } = authenticator;
  return (request, response, next) => {
    const [wholePath = '/', search = ''] = splitTarget(request.originalUrl);
    const path = pathInside(baseUrl, wholePath);
    const kind = path === null ? 'page' : pathKind(path);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Security-Policy', contentSecurityPolicy(baseUrl, kind));
    const query = new URLSearchParams(search);
    if (!allowRemoteHosts && !isLocalHost(request.headers.host)) {
      logger.warn({ host: request.headers.host }, 'Refused a request with a Host that is not local');
      throw new HttpError(403, '');
    }
    const { identity, byToken, cookies } = authenticator.authenticate(request, query);
    response.locals['identity'] = identity;
    response.locals['admitted'] = { path, kind, query, byToken } satisfies AdmittedRequest;
    if (cookies.length > 0) response.setHeader('Set-Cookie', [...cookies]);
    if (byToken) response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '');
    giveXsrfCookieWithPages(
      authenticator,
      request,
      response,
      // An unknown address under /lab/api shows Lab's page, too.
      kind !== 'sandboxed' && !/^\/(?:static|api)\//.test(path ?? ''),
    );
    if (!byToken && path !== CSP_REPORT) checkOrigin(request, kind, logger);
    const checksItself = path === CSP_REPORT || path === MCP || (path === LOGIN && authenticator.enabled);
    if (!byToken && !READS.has(request.method) && !checksItself)
      authenticator.xsrf.check(request.headers, query.get('_xsrf'));
    next();
  };
}

function splitTarget(target: string): string[] {
  const question = target.indexOf('?');
  return question < 0 ? [target] : [target.slice(0, question), target.slice(question + 1)];
}

/** A page of another site must not learn that there is anything: 404, as Jupyter does. */
function checkOrigin(request: Request, kind: PathKind, logger: Logger): void {
  const matters = kind === 'api' ? request.method !== 'OPTIONS' : !READS.has(request.method);
  if (!matters || isOwnOrigin(request.headers)) return;
  logger.warn(
    { origin: request.headers.origin, host: request.headers.host },
    'Refused a request of another origin',
  );
  throw new HttpError(404, '');
}

/** A person's file may be drawn into another site's page by a plain link or script tag, with the cookie: refused. */
export function checkReferer(request: Request, query: URLSearchParams, authenticator: Authenticator): void {
  try {
    if (!isOwnOrigin(request.headers)) throw new HttpError(404, '');
    authenticator.xsrf.check(request.headers, query.get('_xsrf'));
  } catch (error) {
    if (hasOwnReferer(request.headers)) return;
    const { referer } = request.headers;
    const message =
      referer === undefined
        ? 'Blocking request from unknown origin'
        : `Blocking Cross Origin request from ${referer}.`;
    throw new HttpError(403, message, null, { cause: error });
  }
}

/**
 * Whoever renders a page, its scripts will need the XSRF cookie (contract §10.13), so it is given when a page's headers
 * go out, and not by each route that might forget it.
 * @param isForPages whether HTML at this path is a page of ours; an error always is
 */
function giveXsrfCookieWithPages(
  authenticator: Authenticator,
  request: Request,
  response: Response,
  isForPages: boolean,
): void {
  if (authenticator.xsrf.hasOwnCookie(request.headers)) return;
  const writeHead = response.writeHead.bind(response) as (...parameters: unknown[]) => Response;
  response.writeHead = (...parameters: unknown[]): Response => {
    const { statusCode } = response;
    const isPage = String(response.getHeader('Content-Type') ?? '').startsWith('text/html');
    const isOurs = statusCode >= 400 || (statusCode < 300 && isForPages);
    const isGiven = String(response.getHeader('Set-Cookie') ?? '').includes('_xsrf=');
    if (isPage && isOurs && !isGiven) response.appendHeader('Set-Cookie', authenticator.xsrfCookie(request));
    return writeHead(...parameters);
  };
}
