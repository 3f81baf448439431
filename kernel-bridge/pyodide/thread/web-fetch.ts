import type { FetchedResponse, FetchRequest } from './thread-protocol.ts';
import { type FetchOptions, WebRequest } from './web-request.ts';
import { WebResponse } from './web-response.ts';

/** `fetch` of a thread that reaches nothing: the process gets what is allowed, and says why where it is not. */
export class WebFetch {
  readonly #ask: (id: number, request: FetchRequest) => void;
  readonly #waiting = new Map<number, (response: FetchedResponse) => void>();
  #count = 0;

  constructor(ask: (id: number, request: FetchRequest) => void) {
    this.#ask = ask;
  }

  readonly fetch = async (asked: unknown, more: FetchOptions = {}): Promise<WebResponse> => {
    const { url, options } = new WebRequest(asked, more);
    const { method = 'GET', headers = {}, body, integrity = '' } = options;
    const id = ++this.#count;
    const response = await new Promise<FetchedResponse>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#ask(id, {
        url,
        method: String(method),
        headers: Object.entries(headers).map(([name, value]) => [name, String(value)] as const),
        body: bodyOf(body),
        integrity: String(integrity),
      });
    });
    if ('failure' in response) throw new TypeError(response.failure);
    return new WebResponse(response);
  };

  answered(id: number, response: FetchedResponse): void {
    this.#waiting.get(id)?.(response);
    this.#waiting.delete(id);
  }
}

function bodyOf(body: unknown): Uint8Array | string | null {
  if (body === undefined || body === null) return null;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- as `fetch` does with what it does not know
  return String(body);
}
