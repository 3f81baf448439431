import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from '../http-error.ts';
import { cookieValues } from './cookie-header.ts';
import { statesOwnOrigin } from './same-origin.ts';

export const XSRF_COOKIE = '_xsrf';

/**
 * The token that a page reads from its cookie and sends back, which a page of another site cannot do (contract §2.2).
 *
 * Cookies know no ports: another Jupyter server on this machine, or somebody who wants a token of his choice to be
 * used, may replace ours. Refusing every other token would break saving in the tabs that are open while two servers
 * run, so a token that we did not issue counts only together with an Origin header that names us. Hexadecimal, because
 * front-ends find the cookie with a word-boundary expression.
 */
export class Xsrf {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  issue(): string {
    const nonce = randomBytes(16).toString('hex');
    return `${nonce}.${this.#mac(nonce)}`;
  }

  isOurs(token: string): boolean {
    const [nonce = '', mac = ''] = token.split('.');
    const expected = this.#mac(nonce);
    return mac.length === expected.length && timingSafeEqual(Buffer.from(mac), Buffer.from(expected));
  }

  /** Whether the request's cookie is one that a page rendered now need not replace. */
  hasOwnCookie(headers: IncomingHttpHeaders): boolean {
    return cookieValues(headers.cookie, XSRF_COOKIE).some((token) => this.isOurs(token));
  }

  /** @throws HttpError 403, in the words that clients know. */
  check(headers: IncomingHttpHeaders, fieldValue: string | null): void {
    const given = fieldValue || headerText(headers['x-xsrftoken']) || headerText(headers['x-csrftoken']);
    if (!given) throw new HttpError(403, "'_xsrf' argument missing from POST");
    if (!cookieValues(headers.cookie, XSRF_COOKIE).includes(given))
      throw new HttpError(403, 'XSRF cookie does not match POST argument');
    if (!this.isOurs(given) && !statesOwnOrigin(headers))
      throw new HttpError(403, "'_xsrf' argument has invalid format");
  }

  #mac(nonce: string): string {
    return createHmac('sha256', this.#key).update(`xsrf\0${nonce}`).digest('hex').slice(0, 32);
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
