import { ProviderFailed, type ProviderFailure } from './provider-failure.ts';
import { retryAfterOfHeaders } from './retry-after.ts';
import { withoutSecrets } from './without-secrets.ts';

/** SDKs add headers about this machine, and OpenAI's one those of an environment variable, whatever server is asked. */
const SENT_HEADERS = ['accept', 'content-type'];
const MOST_OF_AN_ERROR = 64 * 1024;
const TAIL = 64;

export interface ProviderFetchOptions {
  /** Aborted, it ends the request at once. */
  readonly signal: AbortSignal;
  /** In milliseconds. */
  readonly silenceLimit: number;
  /** Sent from here, so that no SDK ever has it. */
  readonly key: string | null;
  readonly answer: 'event-stream' | 'lines' | 'json';
  /** Gets the last characters that have come, each time that some come. */
  readonly onTail?: (tail: string) => void;
}

/**
 * Node's `fetch` for a provider's SDK. Whatever is wrong leaves it as a `ProviderFailed` before the SDK sees it: an SDK's own error
 * holds the headers of the answer, loses them where we need them, or prints what it got.
 */
export function providerFetch(options: ProviderFetchOptions): typeof fetch {
  return async (input, init) => {
    const silence = new Silence(options.silenceLimit);
    const signal = AbortSignal.any([options.signal, silence.signal, ...(init?.signal ? [init.signal] : [])]);
    const failed = (error: unknown, otherwise: ProviderFailure): Error => {
      if (silence.signal.aborted) return new ProviderFailed({ kind: 'silent', limit: options.silenceLimit });
      if (signal.aborted) return error as Error;
      return error instanceof ProviderFailed ? error : new ProviderFailed(otherwise);
    };
    silence.begin();
    let response: Response;
    try {
      response = await fetch(input, { ...init, headers: sentHeaders(init?.headers, options.key), signal });
    } catch (error) {
      throw failed(error, { kind: 'no-connection', code: codeOf(error) });
    } finally {
      silence.end();
    }
    try {
      const body = watched(response.body, silence, options.onTail, (error) => failed(error, { kind: 'cut' }));
      const answered = new Response(body, { status: response.status, headers: contentTypeOf(response) });
      await refuseFailure(answered, response.headers, options);
      return answered;
    } catch (error) {
      throw failed(error, { kind: 'cut' });
    }
  };
}

/** Counts only while something is awaited: a slow reader is not a silent provider. */
class Silence {
  readonly #controller = new AbortController();
  readonly #limit: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  begin(): void {
    this.end();
    this.#timer = setTimeout(() => this.#controller.abort(), this.#limit);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function watched(
  body: ReadableStream<Uint8Array> | null,
  silence: Silence,
  onTail: ((tail: string) => void) | undefined,
  failed: (error: unknown) => Error,
): ReadableStream<Uint8Array> | null {
  if (body === null) return null;
  const reader = body.getReader();
  let tail = '';
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        silence.begin();
        try {
          const { done, value } = await reader.read();
          if (done) {
            controller.close();
            return;
          }
          tail = (tail + Buffer.from(value.subarray(-TAIL)).toString('latin1')).slice(-TAIL);
          onTail?.(tail);
          controller.enqueue(value);
        } catch (error) {
          controller.error(failed(error));
        } finally {
          silence.end();
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

async function refuseFailure(
  response: Response,
  headers: Headers,
  { answer, key }: ProviderFetchOptions,
): Promise<void> {
  const type = headers.get('content-type') ?? '';
  const isWebPage = type.includes('text/html');
  // A whole answer in JSON where a stream was asked for: an error, or a server that cannot stream.
  const isOther = isWebPage || (answer === 'event-stream' && type.includes('application/json'));
  if (response.ok && !isOther) return;
  const body = withoutSecrets(await beginningOf(response), [key]).slice(0, MOST_OF_AN_ERROR);
  if (!response.ok) {
    const retryAfter = retryAfterOfHeaders(headers, Date.now());
    throw new ProviderFailed({ kind: 'status', status: response.status, body, isWebPage, retryAfter });
  }
  if (isWebPage) throw new ProviderFailed({ kind: 'unreadable', what: 'it answers with a web page' });
  if (/"error"\s*:\s*[{"]/.test(body)) throw new ProviderFailed({ kind: 'said', body });
  throw new ProviderFailed({ kind: 'unreadable', what: 'it does not stream its answer' });
}

async function beginningOf(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true });
    if (text.length >= MOST_OF_AN_ERROR) break;
  }
  return text;
}

function sentHeaders(given: RequestInit['headers'], key: string | null): Headers {
  const headers = new Headers(given);
  const kept = new Headers({ 'user-agent': 'in-the-loop' });
  if (key !== null) kept.set('authorization', `Bearer ${key}`);
  for (const name of SENT_HEADERS) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept;
}

function contentTypeOf(response: Response): Record<string, string> {
  const type = response.headers.get('content-type');
  return type === null ? {} : { 'content-type': type };
}

function codeOf(error: unknown): string | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') return each.code;
    // Of a host name with several addresses.
    if (each instanceof AggregateError) return codeOf(each.errors[0]);
  }
  return null;
}
