import type { FetchedResponse } from './thread-protocol.ts';

type Arrived = Exclude<FetchedResponse, { failure: string }>;

/** What Pyodide, micropip and `pyfetch` use of a browser's Response; its body has arrived whole. */
export class WebResponse {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly type = 'basic';
  readonly redirected = false;
  readonly #body: Uint8Array;
  bodyUsed = false;

  constructor({ url, status, statusText, headers, body }: Arrived) {
    this.url = url;
    this.status = status;
    this.statusText = statusText;
    this.headers = new Map(headers);
    this.#body = body;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  clone(): WebResponse {
    const { url, status, statusText, headers } = this;
    return new WebResponse({ url, status, statusText, headers: [...headers], body: this.#body });
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.resolve(this.#bytes().buffer);
  }

  bytes(): Promise<Uint8Array> {
    return Promise.resolve(this.#bytes());
  }

  text(): Promise<string> {
    return Promise.resolve(new TextDecoder().decode(this.#bytes()));
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  #bytes(): Uint8Array<ArrayBuffer> {
    this.bodyUsed = true;
    return new Uint8Array(this.#body);
  }
}
