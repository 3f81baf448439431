import type { ServerOptions } from 'node:http';
import express from 'express';
import type { Express, Request, RequestHandler, Response, Router } from 'express';
import type { Logger } from 'pino';
import { withoutOuterSlashes } from './url-path.ts';
import type { Activity } from './activity.ts';
import type { Authenticator } from './auth/authenticator.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { HttpError } from './http-error.ts';
import { httpErrorHandler, sendHttpError } from './http-error-handler.ts';
import { httpLog } from './http-log.ts';
import type { AnsweredRequest } from './http-log.ts';
import { pathInside } from './http-path.ts';
import { sendJson } from './json-response.ts';
import { limitStrangers } from './limit-strangers.ts';
import { redirect } from './redirect.ts';
import { admitted, checkReferer, requestAdmission } from './request-admission.ts';
import { answersMethod, methodsAt } from './route-methods.ts';
import type { UpgradeRoute } from './upgrade-route.ts';

export interface HttpAppDependencies {
  readonly authenticator: Authenticator;
  /** False while bound to the loopback: a Host that is not local is refused then. */
  readonly allowRemoteHosts: boolean;
  /** Where `/` leads, without the base URL, e.g. `lab`. */
  readonly defaultPath: string;
  /** Asked first, and by anybody. */
  readonly publicRoutes: readonly Router[];
  /** Only whoever is signed in gets to these. */
  readonly authenticatedRoutes: readonly Router[];
  /** Asked without an upgrade, these are told from unknown paths, and from pages at the same address. */
  readonly upgradeRoutes: readonly UpgradeRoute[];
  readonly activity: Activity;
  readonly logger: Logger;
  readonly onAnswered: (answered: AnsweredRequest) => void;
}

/** How the HTTP server itself must be made for this app and its websockets. */
export const httpServerOptions: ServerOptions = {
  // As in Jupyter: on localhost the cookies of every server on every port come together.
  maxHeaderSize: 64 * 1024,
  // A big notebook may take its time on a slow line; the body's size is bounded, and strangers have a limit of their own.
  requestTimeout: 0,
  // Node's own value is none at all where requests have no limit.
  headersTimeout: 60_000,
  // Longer than the pools of usual clients keep a connection, or they write into one that we are just closing.
  keepAliveTimeout: 75_000,
  // Some clients offer HTTP/2 with every request; only websockets are upgraded here.
  shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
};

/** The whole HTTP side: what is asked of every request, then the features' routes, then errors. */
export function createHttpApp(dependencies: HttpAppDependencies): Express {
  const { authenticator, logger, publicRoutes, authenticatedRoutes } = dependencies;
  const { baseUrl } = authenticator;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Other query syntaxes would make objects of what is text in Jupyter.
  app.set('query parser', 'simple');
  app.response.json = sendJson;

  const site = express.Router({ caseSensitive: true, strict: true });
  for (const router of publicRoutes) site.use(router);
  site.use(signedInOnly(dependencies));
  for (const router of authenticatedRoutes) site.use(router);

  app.use(httpLog(logger, dependencies.onAnswered));
  app.use(limitStrangers);
  app.use(plainRedirects(baseUrl, dependencies.defaultPath));
  app.use(requestAdmission(authenticator, dependencies.allowRemoteHosts, logger));
  app.use(answerOptions(dependencies));
  app.use(plainRequestsToWebsockets(dependencies.upgradeRoutes));
  app.use(underBaseUrl(baseUrl, site));
  app.use(notFound(dependencies));
  app.use(httpErrorHandler(baseUrl, logger));
  return app;
}

/** What Jupyter redirects before it asks anything: the base URL, and API paths with a slash too many. */
function plainRedirects(baseUrl: string, defaultPath: string): RequestHandler {
  return (request, response, next) => {
    // An absolute or asterisk form is no path here. Of "#" and "\\" the parsers along the way think differently.
    if (!request.url.startsWith('/')) throw new HttpError(404, '');
    request.url = request.url.replace(/[^!-~]|[#\\]/g, percentEncode);
    request.originalUrl = request.url;
    const [path = '/', ...search] = request.url.split('?');
    const inside = pathInside(baseUrl, path);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && inside === '/') redirect(response, `${baseUrl}${defaultPath}?${search.join('?')}`);
    else if (isRead && inside !== null && /^\/(?:api\/(?!contents\/$).*|api|login|logout)\/$/.test(inside))
      redirect(response, withoutTrailingSlash(request.url));
    else next();
  };
}

/** Node hands over one character a byte. */
function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
}

/** `//host` would lead to another site, hence one slash in front whatever there was. */
function withoutTrailingSlash(url: string): string {
  const [path = '', ...search] = url.split('?');
  return [`/${withoutOuterSlashes(path)}`, ...search].join('?');
}

/** OPTIONS is public, for a browser asks it before it may send a token. */
function answerOptions({
  authenticator,
  publicRoutes,
  authenticatedRoutes,
}: HttpAppDependencies): RequestHandler {
  return (request, response, next) => {
    if (request.method !== 'OPTIONS') return next();
    const { path, kind } = admitted(response);
    if (path === null || methodsAt([...publicRoutes, ...authenticatedRoutes], path).size === 0)
      return sendHttpError(response, new HttpError(404, ''), 'page', authenticator.baseUrl);
    if (kind !== 'api') throw new HttpError(405, '');
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Access-Control-Allow-Headers', 'accept, content-type, authorization, x-xsrftoken');
    response.setHeader('Access-Control-Allow-Methods', 'GET, PUT, POST, PATCH, DELETE, OPTIONS');
    response.end();
  };
}

/** In the words that clients know. They come before pages, because Notebook's are at every address under /terminals. */
function plainRequestsToWebsockets(upgradeRoutes: readonly UpgradeRoute[]): RequestHandler {
  return (request, response, next) => {
    const { path } = admitted(response);
    if (path === null || !upgradeRoutes.some(({ pattern }) => pattern.test(path))) return next();
    if (request.method !== 'GET') throw new HttpError(405, '');
    if (response.locals['identity'] === null) throw new HttpError(403, '');
    response.statusCode = 400;
    response.setHeader('Content-Type', 'text/html; charset=UTF-8');
    response.end('Can "Upgrade" only to "WebSocket".');
  };
}

/** Mounted by hand: a base URL may hold characters that mean something in Express's patterns. */
function underBaseUrl(baseUrl: string, site: Router): RequestHandler {
  return (request, response, next) => {
    if (admitted(response).path === null) return next();
    const whole = request.url;
    request.url = whole.slice(baseUrl.length - 1);
    site(request, response, (error?: unknown) => {
      request.url = whole;
      next(error);
    });
  };
}

const UNTRACKED = /^\/api(?:$|\/(?:status|resolvePath|security\/csp-report)$)/;

/** The door between public and other routes. It is shut for every path that the others may know, whatever they do. */
function signedInOnly({ authenticator, authenticatedRoutes, activity }: HttpAppDependencies): RequestHandler {
  return (request, response, next) => {
    const { path, kind, query, byToken } = admitted(response);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (response.locals['identity'] === null) {
      const methods = methodsAt(authenticatedRoutes, path ?? '/');
      if (methods.size === 0) return next('router');
      if (!answersMethod(methods, request.method)) throw new HttpError(405, '');
      if (kind === 'api' || !isRead) throw new HttpError(403, '');
      return redirect(
        response,
        `${authenticator.baseUrl}login?next=${encodeURIComponent(request.originalUrl)}`,
      );
    }
    if (kind === 'sandboxed' && isRead && !byToken) checkReferer(request, query, authenticator);
    if (kind === 'api' && !query.has('no_track_activity') && !UNTRACKED.test(path ?? '')) activity.record();
    next();
  };
}

function notFound(dependencies: HttpAppDependencies): RequestHandler {
  const { authenticator, publicRoutes, authenticatedRoutes } = dependencies;
  const { baseUrl } = authenticator;
  return (request: Request, response: Response) => {
    const { path } = admitted(response);
    const methods =
      path === null ? new Set<string>() : methodsAt([...publicRoutes, ...authenticatedRoutes], path);
    if (methods.size > 0 && !answersMethod(methods, request.method)) throw new HttpError(405, '');
    if (request.method === 'GET' && path?.endsWith('/') === true && methods.size === 0)
      return redirect(response, withoutTrailingSlash(request.originalUrl));
    // Also under /api an unknown path is a page, and so is its Content-Security-Policy (contract §2.1).
    response.setHeader('Content-Security-Policy', contentSecurityPolicy(baseUrl, 'page'));
    sendHttpError(response, new HttpError(404, ''), 'page', baseUrl);
  };
}
