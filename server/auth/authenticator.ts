import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { anonymousIdentity, newAnonymousIdentity } from './anonymous-identity.ts';
import { cookieValues, setCookie } from './cookie-header.ts';
import { fromIdentityModel, identityModelSchema, toIdentityModel } from './identity-model.ts';
import type { Identity } from './identity.ts';
import { isPasswordHash, passwordMatches } from './password.ts';
import { offeredToken, sameSecret } from './request-token.ts';
import { SignedValues } from './signed-value.ts';
import { Xsrf } from './xsrf.ts';

const DAY = 24 * 60 * 60 * 1000;
const FRESH_MS = 60_000;
const COOKIE_DAYS = 30;
/** A day more than the browser keeps it, as in Jupyter. */
const ACCEPTED_DAYS = COOKIE_DAYS + 1;

export interface AuthenticationSettings {
  /** From `loadOrCreateSecret`; whoever changes it signs everybody out. */
  readonly secret: string;
  /** Empty: none. */
  readonly token: string;
  /** Empty: none. Whoever shows it may look and not touch. */
  readonly viewToken: string;
  /** Empty: none. */
  readonly hashedPassword: string;
  /** Starts and ends with `/`. */
  readonly baseUrl: string;
}

const cookieSchema = identityModelSchema.extend({ view: z.string().optional() });

/** What is asked of a request: an HTTP request and a websocket's both have it. */
export interface RequestToAuthenticate {
  readonly headers: IncomingHttpHeaders;
  /** Null once the client has gone. */
  readonly socket: object | null;
}

export interface Authentication {
  /** Null where nobody is signed in. */
  readonly identity: Identity | null;
  /** A token is always stated on purpose: no XSRF and no Origin check is needed then (contract §2.2). */
  readonly byToken: boolean;
  /** Set-Cookie headers for the answer. */
  readonly cookies: readonly string[];
}

/** Finds out who asks: by token first, because it is explicit, then by the login cookie. */
export class Authenticator {
  readonly xsrf: Xsrf;
  readonly baseUrl: string;
  readonly #token: string;
  readonly #viewToken: string;
  /** Stands in viewers' cookies: another viewing token makes them worthless, and none at all does. */
  readonly #viewMark: string;
  readonly #hashedPassword: string;
  readonly #signed: SignedValues;
  readonly #programIdentity: Identity;
  readonly #viewingProgram: Identity;
  /** A program that keeps no cookies is offered one at each call: signing it each time was a sixth of a short answer. */
  #programCookie: { readonly key: string; readonly madeAt: number; readonly cookie: string } | null = null;
  #passwordChecks: Promise<unknown> = Promise.resolve();

  /** @throws Error where the password hash is none that Jupyter writes. */
  constructor(settings: AuthenticationSettings, now: () => number = Date.now) {
    const { secret, token, viewToken, hashedPassword, baseUrl } = settings;
    if (hashedPassword !== '' && !isPasswordHash(hashedPassword))
      throw new Error('The password hash must be argon2:$argon2… or algorithm:salt:hexdigest');
    this.xsrf = new Xsrf(secret);
    this.baseUrl = baseUrl;
    this.#token = token;
    this.#viewToken = viewToken;
    this.#viewMark = viewToken === '' ? '' : hmac(secret, `view\0${viewToken}`).slice(0, 16);
    this.#hashedPassword = hashedPassword;
    // A changed password makes the cookies worthless that were given out for the old one, and a token or a password
    // those that were given to anybody.
    this.#signed = new SignedValues(hmac(secret, `login\0${this.enabled ? hashedPassword : 'open'}`), now);
    this.#programIdentity = anonymousIdentity(hmac(secret, `program\0${token}`).slice(0, 32));
    this.#viewingProgram = {
      ...anonymousIdentity(hmac(secret, `viewing program\0${viewToken}`).slice(0, 32)),
      right: 'view',
    };
  }

  /** Whether a token or a password is asked for at all. */
  get enabled(): boolean {
    return this.#token !== '' || this.#hashedPassword !== '';
  }

  get acceptsToken(): boolean {
    return this.#token !== '';
  }

  authenticate(request: RequestToAuthenticate, query: URLSearchParams): Authentication {
    const known = this.identityInCookie(request);
    const offered = this.rightOfToken(offeredToken(query, request.headers.authorization));
    const byToken = offered !== null;
    if (known !== null) {
      const identity = offered === null || !this.enabled ? known : { ...known, right: offered };
      // Whoever may do more from now on is remembered so; a look with the viewing token takes nothing away.
      const mayMore = known.right === 'view' && identity.right === 'full';
      return { identity, byToken, cookies: mayMore ? [this.loginCookie(request, identity)] : [] };
    }
    if (byToken || !this.enabled) {
      const right = this.enabled ? (offered ?? 'full') : 'full';
      const identity = this.#identityWithoutCookie(request.headers, right);
      const cookie =
        identity === this.#programIdentity
          ? this.#cookieOfPrograms(request)
          : this.loginCookie(request, identity);
      return { identity, byToken, cookies: [cookie] };
    }
    // Without a cookie nothing is cleared: that could sign out another tab whose login is under way.
    const hasCookie = loginCookies(request).length > 0;
    return { identity: null, byToken: false, cookies: hasCookie ? this.clearedCookies(request) : [] };
  }

  /** Whom the login cookie names; null without one that holds. */
  identityInCookie(request: RequestToAuthenticate): Identity | null {
    return this.#identityInCookies(cookieName(request.headers), loginCookies(request));
  }

  /** What a token gives; null for one that is none of this server's. */
  rightOfToken(offered: string | null): Identity['right'] | null {
    if (offered === null) return null;
    if (this.#token !== '' && sameSecret(offered, this.#token)) return 'full';
    return this.#viewToken !== '' && sameSecret(offered, this.#viewToken) ? 'view' : null;
  }

  /** What the password gives, or a token pasted in its place. One password is hashed at a time. */
  async rightOfCredential(typed: string): Promise<Identity['right'] | null> {
    if (typed === '') return null;
    const right = this.rightOfToken(typed);
    if (right !== null) return right;
    return this.#hashedPassword !== '' && (await this.#isPassword(typed)) ? 'full' : null;
  }

  #isPassword(typed: string): Promise<boolean> {
    const check = this.#passwordChecks.then(() => passwordMatches(this.#hashedPassword, typed));
    // Only the order is kept here; a failure reaches whoever asked.
    this.#passwordChecks = check.catch(() => undefined);
    return check;
  }

  loginCookie(request: RequestToAuthenticate, identity: Identity): string {
    const name = cookieName(request.headers);
    return setCookie(name, this.#signed.sign(name, JSON.stringify(this.#cookieContent(identity))), {
      path: this.baseUrl,
      expires: new Date(Date.now() + COOKIE_DAYS * DAY),
      httpOnly: true,
      // Not every browser takes a cookie that says nothing for Lax. No page of another site needs to send it.
      sameSite: 'Lax',
      secure: isEncrypted(request),
    });
  }

  xsrfCookie(request: RequestToAuthenticate): string {
    return setCookie('_xsrf', this.xsrf.issue(), {
      path: this.baseUrl,
      expires: new Date(Date.now() + COOKIE_DAYS * DAY),
      secure: isEncrypted(request),
    });
  }

  clearedCookies(request: RequestToAuthenticate): string[] {
    const expires = new Date(Date.now() - 365 * DAY);
    const paths = this.baseUrl === '/' ? ['/'] : ['/', this.baseUrl];
    return paths.map((path) => setCookie(cookieName(request.headers), '""', { path, expires }));
  }

  #cookieContent(identity: Identity): object {
    const model = toIdentityModel(identity);
    return identity.right === 'full' ? model : { ...model, view: this.#viewMark };
  }

  #cookieOfPrograms(request: RequestToAuthenticate): string {
    const key = `${cookieName(request.headers)} ${isEncrypted(request)}`;
    const madeAt = Date.now();
    const last = this.#programCookie;
    const isFresh = last !== null && last.key === key && Math.abs(madeAt - last.madeAt) < FRESH_MS;
    if (isFresh) return last.cookie;
    const cookie = this.loginCookie(request, this.#programIdentity);
    this.#programCookie = { key, madeAt, cookie };
    return cookie;
  }

  #identityInCookies(name: string, values: readonly string[]): Identity | null {
    for (const value of values) {
      const text = this.#signed.verify(name, value, ACCEPTED_DAYS);
      const model = text === null ? undefined : cookieSchema.safeParse(JSON.parse(text)).data;
      if (model === undefined) continue;
      if (model.view === undefined) return fromIdentityModel(model);
      if (model.view !== '' && model.view === this.#viewMark) return fromIdentityModel(model, 'view');
    }
    return null;
  }

  /** Each browser is somebody of its own; programs that keep no cookies stay one and the same from call to call. */
  #identityWithoutCookie(headers: IncomingHttpHeaders, right: Identity['right']): Identity {
    if (headers.accept?.includes('text/html') === true) return { ...newAnonymousIdentity(), right };
    return right === 'full' ? this.#programIdentity : this.#viewingProgram;
  }
}

function loginCookies({ headers }: RequestToAuthenticate): readonly string[] {
  return cookieValues(headers.cookie, cookieName(headers));
}

/** The port is part of it: cookies know no ports, and another server on this machine must not sign us out. */
function cookieName({ host = '' }: IncomingHttpHeaders): string {
  return `username-${host}`.replace(/[^A-Za-z0-9]/g, '-');
}

/** A proxy that ended TLS says so. Who says it without a proxy gets a cookie of less use, and gains nothing. */
function isEncrypted({ headers, socket }: RequestToAuthenticate): boolean {
  if (socket !== null && 'encrypted' in socket && socket.encrypted === true) return true;
  return /^\s*https\b/i.test(String(headers['x-forwarded-proto'] ?? ''));
}

function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
