import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
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
  /** Empty: none. */
  readonly hashedPassword: string;
  /** Starts and ends with `/`. */
  readonly baseUrl: string;
}

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
  readonly #hashedPassword: string;
  readonly #signed: SignedValues;
  readonly #programIdentity: Identity;
  /** A program that keeps no cookies is offered one at each call: signing it each time was a sixth of a short answer. */
  #programCookie: { readonly key: string; readonly madeAt: number; readonly cookie: string } | null = null;
  #passwordChecks: Promise<unknown> = Promise.resolve();

  /** @throws Error where the password hash is none that Jupyter writes. */
  constructor(settings: AuthenticationSettings, now: () => number = Date.now) {
    const { secret, token, hashedPassword, baseUrl } = settings;
    if (hashedPassword !== '' && !isPasswordHash(hashedPassword))
      throw new Error('The password hash must be argon2:$argon2… or algorithm:salt:hexdigest');
    this.xsrf = new Xsrf(secret);
    this.baseUrl = baseUrl;
    this.#token = token;
    this.#hashedPassword = hashedPassword;
    // A changed password makes the cookies worthless that were given out for the old one, and a token or a password
    // those that were given to anybody.
    this.#signed = new SignedValues(hmac(secret, `login\0${this.enabled ? hashedPassword : 'open'}`), now);
    this.#programIdentity = anonymousIdentity(hmac(secret, `program\0${token}`).slice(0, 32));
  }

  /** Whether a token or a password is asked for at all. */
  get enabled(): boolean {
    return this.#token !== '' || this.#hashedPassword !== '';
  }

  get acceptsToken(): boolean {
    return this.#token !== '';
  }

  authenticate(request: RequestToAuthenticate, query: URLSearchParams): Authentication {
    const name = cookieName(request.headers);
    const values = cookieValues(request.headers.cookie, name);
    const known = this.#identityInCookies(name, values);
    const byToken = this.isToken(offeredToken(query, request.headers.authorization));
    if (known !== null) return { identity: known, byToken, cookies: [] };
    if (byToken || !this.enabled) {
      const identity = this.#identityWithoutCookie(request.headers);
      const cookie =
        identity === this.#programIdentity
          ? this.#cookieOfPrograms(request)
          : this.loginCookie(request, identity);
      return { identity, byToken, cookies: [cookie] };
    }
    // Without a cookie nothing is cleared: that could sign out another tab whose login is under way.
    return { identity: null, byToken: false, cookies: values.length > 0 ? this.clearedCookies(request) : [] };
  }

  isToken(offered: string | null): boolean {
    return offered !== null && this.#token !== '' && sameSecret(offered, this.#token);
  }

  /** Whether this is the password, or the token pasted in its place. One password is hashed at a time. */
  async isCredential(typed: string): Promise<boolean> {
    if (typed === '') return false;
    if (this.isToken(typed)) return true;
    if (this.#hashedPassword === '') return false;
    const check = this.#passwordChecks.then(() => passwordMatches(this.#hashedPassword, typed));
    // Only the order is kept here; a failure reaches whoever asked.
    this.#passwordChecks = check.catch(() => undefined);
    return check;
  }

  loginCookie(request: RequestToAuthenticate, identity: Identity): string {
    const name = cookieName(request.headers);
    return setCookie(name, this.#signed.sign(name, JSON.stringify(toIdentityModel(identity))), {
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
      const model = text === null ? undefined : identityModelSchema.safeParse(JSON.parse(text)).data;
      if (model !== undefined) return fromIdentityModel(model);
    }
    return null;
  }

  /** Each browser is somebody of its own; programs that keep no cookies stay one and the same from call to call. */
  #identityWithoutCookie(headers: IncomingHttpHeaders): Identity {
    return headers.accept?.includes('text/html') === true ? newAnonymousIdentity() : this.#programIdentity;
  }
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
