export interface FetchOptions {
  readonly method?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly integrity?: unknown;
}

/** What `pyfetch` uses of a browser's Request: it makes one of what it is given, and passes both on. */
export class WebRequest {
  readonly url: string;
  readonly options: FetchOptions;

  constructor(request: unknown, options: FetchOptions = {}) {
    this.url = request instanceof WebRequest ? request.url : String(request);
    this.options = request instanceof WebRequest ? { ...request.options, ...options } : options;
  }

  clone(): WebRequest {
    return new WebRequest(this);
  }
}
