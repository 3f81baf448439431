import { z } from 'zod';
import { CommandError } from '../command-error.ts';

const runSchema = z.object({
  id: z.string(),
  cell_id: z.string(),
  status: z.string(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  is_in_file: z.boolean(),
  prompt: z.object({ prompt: z.string() }).nullable(),
});
const batchSchema = z.object({
  request_id: z.string(),
  kernel_id: z.string(),
  is_over: z.boolean(),
  outcome: z.enum(['ok', 'failed']).nullable(),
  reason: z.string().nullable(),
  runs: z.array(runSchema),
});
const sessionsSchema = z.array(z.object({ id: z.string(), path: z.string() }));
const errorSchema = z.object({ message: z.string(), remedy: z.string().optional() });
const outputsSchema = z.object({
  outputs: z.array(z.looseObject({ output_type: z.string() })).nullable(),
});

export type ClientRun = z.infer<typeof runSchema>;
export type ClientBatch = z.infer<typeof batchSchema>;

/** Nobody answers: the server ended, or is about to come back. */
export class ServerGoneError extends CommandError {}

/** How much of what a cell prints is looked at, in bytes. */
const TAIL_BYTES = 2000;

/** The API of runs (docs/runs.md) of a running server, as `in-the-loop run` uses it. */
export class RunsClient {
  readonly #base: URL;
  readonly #token: string | null;

  /** @param address of the page, with the token: as the server says it */
  constructor(address: string) {
    const url = new URL(address);
    this.#token = url.searchParams.get('token');
    url.search = '';
    this.#base = new URL('./', url);
  }

  /** @throws CommandError where it is refused */
  async start(request: object): Promise<ClientBatch> {
    return batchSchema.parse(await this.#json('POST', 'api/in-the-loop/v1/runs', request));
  }

  async batch(requestId: string): Promise<ClientBatch> {
    return batchSchema.parse(await this.#json('GET', runsOf(requestId)));
  }

  async cancel(requestId: string): Promise<void> {
    await this.#json('DELETE', runsOf(requestId));
  }

  /** The end of what a run has printed. */
  async tail(runId: string, name: 'stdout' | 'stderr'): Promise<string> {
    const path = `api/in-the-loop/v1/runs/${encodeURIComponent(runId)}/text/${name}`;
    const response = await this.#fetch('GET', path, { range: `bytes=-${TAIL_BYTES}` });
    const text = await response.text();
    return response.ok ? text.replace(/^\ufffd+/, '') : '';
  }

  /** The traceback of its last error, as the kernel coloured it; empty where there is none. */
  async error(runId: string): Promise<string> {
    const { outputs } = outputsSchema.parse(
      await this.#json('GET', `api/in-the-loop/v1/runs/${encodeURIComponent(runId)}`),
    );
    const error = outputs?.findLast((output) => output.output_type === 'error');
    const traceback = error?.['traceback'];
    return Array.isArray(traceback) ? traceback.join('\n') : '';
  }

  /** The id of a notebook's session; null where it has none. */
  async session(path: string): Promise<string | null> {
    const sessions = sessionsSchema.parse(await this.#json('GET', 'api/sessions'));
    return sessions.find((session) => session.path === path)?.id ?? null;
  }

  /** Its kernel ends too. */
  async endSession(id: string): Promise<void> {
    await this.#fetch('DELETE', `api/sessions/${encodeURIComponent(id)}`);
  }

  /** The server ends, with its kernels. */
  async shutdown(): Promise<void> {
    await this.#fetch('POST', 'api/shutdown');
  }

  async #json(method: string, path: string, body?: object): Promise<unknown> {
    const response = await this.#fetch(method, path, {}, body);
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return answer;
    const { message, remedy = '' } = errorSchema.safeParse(answer).data ?? {
      message: `The server answered ${response.status} to ${method} ${path}.`,
    };
    if (response.status === 403 && this.#token === null)
      throw new CommandError(
        'The running server asks for a password, and has no token that would let this command in. Start it with --token.',
      );
    throw new CommandError(`${message} ${remedy}`.trim());
  }

  async #fetch(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: object,
  ): Promise<Response> {
    try {
      return await fetch(new URL(path, this.#base), {
        method,
        headers: { ...headers, ...(this.#token !== null && { authorization: `token ${this.#token}` }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new ServerGoneError(`The server does not answer on ${this.#base.href}.`, 1, { cause: error });
    }
  }
}

function runsOf(requestId: string): string {
  return `api/in-the-loop/v1/runs?request_id=${encodeURIComponent(requestId)}`;
}
