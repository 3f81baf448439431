import { Router } from 'express';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { readTextBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import { redirect } from '../redirect.ts';
import { admitted } from '../request-admission.ts';
import { newAnonymousIdentity } from './anonymous-identity.ts';
import type { Authenticator } from './authenticator.ts';
import { cookieValues } from './cookie-header.ts';
import type { Identity } from './identity.ts';
import { loginPage, logoutPage } from './login-page.ts';
import { LoginThrottle } from './login-throttle.ts';
import { safeRedirect } from './safe-redirect.ts';
import { isOwnOrigin } from './same-origin.ts';
import type { SignedInSockets } from './signed-in-sockets.ts';
import { XSRF_COOKIE } from './xsrf.ts';

const LONGEST_FORM = 64 * 1024;

/** `/login` and `/logout`, for anybody (contract §2.2). There is no login page where nobody needs to log in. */
export function loginRoutes(
  authenticator: Authenticator,
  sockets: SignedInSockets,
  logger: Logger,
  throttle = new LoginThrottle(),
): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const { baseUrl } = authenticator;

  const showForm = (request: Request, response: Response, status: number, problem: string | null): void => {
    const known = cookieValues(request.headers.cookie, XSRF_COOKIE).find((token) =>
      authenticator.xsrf.isOurs(token),
    );
    const cookie = known === undefined ? authenticator.xsrfCookie(request) : undefined;
    if (cookie !== undefined) response.appendHeader('Set-Cookie', cookie);
    const xsrfToken = known ?? /^[^=]+=([^;]*)/.exec(cookie ?? '')?.[1] ?? '';
    const next = admitted(response).query.get('next') ?? baseUrl;
    response.statusCode = status;
    sendPage(
      response,
      loginPage({ baseUrl, next, xsrfToken, acceptsToken: authenticator.acceptsToken, problem }),
    );
  };

  const logIn = async (request: Request, response: Response): Promise<void> => {
    const { query, byToken } = admitted(response);
    const form = new URLSearchParams(await readTextBody(request, LONGEST_FORM));
    const shown = authenticator.rightOfToken(form.get('token'));
    const known = response.locals['identity'] as Identity | null;
    if (!byToken && shown === null) {
      if (!isOwnOrigin(request.headers)) throw new HttpError(404, '');
      authenticator.xsrf.check(request.headers, form.get('_xsrf') ?? query.get('_xsrf'));
    }
    const typed = form.get('password') ?? '';
    const right = shown ?? (byToken ? (known?.right ?? null) : await rightOfPassword(request, typed));
    if (right === null)
      return showForm(request, response, 401, 'That is neither the password nor the token. Try again.');
    // Whoever was known here before stays the same person.
    const identity = { ...(known ?? newAnonymousIdentity()), right };
    logger.info({ user: identity.username }, 'Somebody logged in');
    response.setHeader('Set-Cookie', authenticator.loginCookie(request, identity));
    redirect(response, safeRedirect(form.get('next') ?? query.get('next'), baseUrl));
  };

  const rightOfPassword = async (request: Request, typed: string): Promise<Identity['right'] | null> => {
    let right: Identity['right'] | null = null;
    await throttle.attempt(request.socket.remoteAddress ?? '', async () => {
      right = await authenticator.rightOfCredential(typed);
      return right !== null;
    });
    return right;
  };

  if (authenticator.enabled) {
    router.get('/login', (request, response) => {
      if (response.locals['identity'] === null) showForm(request, response, 200, null);
      else redirect(response, safeRedirect(admitted(response).query.get('next'), baseUrl));
    });
    router.post('/login', (request, response) =>
      logIn(request, response).catch((error: unknown) => {
        if (!(error instanceof HttpError) || error.status !== 429) throw error;
        response.setHeader('Retry-After', '10');
        showForm(request, response, 429, error.message);
      }),
    );
  }
  router.get('/logout', (request, response) => {
    const person = authenticator.identityInCookie(request);
    if (person !== null) sockets.signedOut(person.username);
    response.setHeader('Set-Cookie', authenticator.clearedCookies(request));
    sendPage(response, logoutPage(baseUrl, authenticator.enabled));
  });
  return router;
}

function sendPage(response: Response, page: string): void {
  response.setHeader('Content-Type', 'text/html; charset=UTF-8');
  response.end(page);
}
