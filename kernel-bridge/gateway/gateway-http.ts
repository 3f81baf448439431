import type { PlaceError } from '../places/place-error.ts';
import { type Asked, explainNoAnswer, explainRedirect, explainRefusal } from './explain-failure.ts';
import { authorizationOf, type GatewaySettings, withoutSecrets } from './gateway-settings.ts';
import { exchange, type HttpAnswer } from './http-exchange.ts';
import { tlsOptions } from './tls-options.ts';

export interface GatewayRequest {
  readonly url: URL;
  readonly method: string;
  /** JSON; empty for none. */
  readonly body: Buffer;
  readonly asked: Asked;
  /** In milliseconds. */
  readonly patience: number;
}

const LONGEST_WORDS = 300;

/** HTTP to one server: signed in, its refusals explained. */
export class GatewayHttp {
  readonly #settings: GatewaySettings;
  /** What a server asks for that believes cookies; null until it has. */
  #xsrf: { readonly cookie: string; readonly token: string } | null = null;

  constructor(settings: GatewaySettings) {
    this.#settings = settings;
  }

  /**
   * Resolves to an answer that is none of refusal.
   * @throws PlaceError; `details.status` is the answer's, where there was one, and `details.words` what it said
   */
  async ask(request: GatewayRequest): Promise<HttpAnswer> {
    let answer = await this.#exchange(request);
    if (answer.status === 403 && /_xsrf/i.test(answer.body.toString()) && (await this.#getXsrf()))
      answer = await this.#exchange(request);
    return this.#judged(answer, request);
  }

  /** Of a websocket that was not opened, too. @throws PlaceError */
  refuse(status: number, location: string | undefined, body: Buffer, asked: Asked): PlaceError {
    const base = new URL(this.#settings.url);
    if (status >= 300 && status < 400 && location !== undefined) return explainRedirect(base, location);
    return explainRefusal(base.host, status, this.#words(body), asked);
  }

  noAnswer(error: unknown): PlaceError {
    return explainNoAnswer(new URL(this.#settings.url).host, error);
  }

  async #exchange({ url, method, body, patience }: GatewayRequest): Promise<HttpAnswer> {
    const tls = tlsOptions(this.#settings);
    const headers = {
      Accept: 'application/json, */*',
      ...(method !== 'GET' && { 'Content-Type': 'application/json' }),
      ...this.#signedIn(),
    };
    try {
      return await exchange({ url, method, headers, body, patience, tls });
    } catch (error) {
      throw this.noAnswer(error);
    }
  }

  #judged(answer: HttpAnswer, { asked }: GatewayRequest): HttpAnswer {
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw this.refuse(answer.status, answer.headers.location, answer.body, asked);
  }

  #signedIn(): Record<string, string> {
    const headers = authorizationOf(this.#settings);
    if (this.#xsrf === null) return headers;
    const { cookie, token } = this.#xsrf;
    const own = Object.entries(headers).find(([name]) => name.toLowerCase() === 'cookie');
    if (own !== undefined) delete headers[own[0]];
    return { ...headers, Cookie: own === undefined ? cookie : `${own[1]}; ${cookie}`, 'X-XSRFToken': token };
  }

  /** A server that knows people by cookies wants a second one repeated in a header, which its pages set. */
  async #getXsrf(): Promise<boolean> {
    const page = await this.#exchange({
      url: new URL('login', this.#settings.url),
      method: 'GET',
      body: Buffer.alloc(0),
      asked: 'other',
      patience: 30_000,
    });
    const cookie = page.headers['set-cookie']?.map((one) => one.split(';', 1)[0] ?? '').find(isXsrf);
    if (cookie === undefined) return false;
    this.#xsrf = { cookie, token: cookie.slice(cookie.indexOf('=') + 1) };
    return true;
  }

  /** What an answer says of itself, in a line. */
  #words(body: Buffer): string {
    const said = wordsOf(body.subarray(0, 64 * 1024).toString());
    return withoutSecrets(said.replaceAll(/\s+/g, ' ').trim(), this.#settings).slice(0, LONGEST_WORDS);
  }
}

function isXsrf(cookie: string): boolean {
  return cookie.startsWith('_xsrf=');
}

/** Jupyter's JSON, or the page of a hub or a proxy. */
function wordsOf(text: string): string {
  try {
    const { message, reason } = JSON.parse(text) as { message?: unknown; reason?: unknown };
    return (
      ([message, reason].find((one) => typeof one === 'string' && one !== '') as string | undefined) ?? ''
    );
  } catch {
    // A page, or plain text.
  }
  if (!text.includes('<')) return text;
  const titles = [/<p\b[^>]*>([^<]+)</i, /<h1\b[^>]*>([^<]+)</i, /<title>([^<]+)</i];
  return titles.map((title) => title.exec(text)?.[1]?.trim() ?? '').find((words) => words !== '') ?? '';
}
