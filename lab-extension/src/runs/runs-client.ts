import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** As much of a run as we show (docs/runs.md). */
export interface Run {
  readonly id: string;
  readonly cell_id: string;
  readonly status:
    'queued' | 'running' | 'done' | 'failed' | 'aborted' | 'cancelled' | 'interrupted' | 'lost';
  readonly who: string;
  /** ISO 8601. */
  readonly started: string | null;
  readonly ended: string | null;
}

export interface RunBatch {
  readonly request_id: string;
  readonly runs: readonly Run[];
}

export interface RunRequest {
  readonly path: string;
  readonly cells: readonly string[];
  /** Asked again under the same, nothing is run again. */
  readonly request_id: string;
  readonly interactive: true;
  readonly record_timing: boolean;
  readonly kernel: { readonly id: string };
}

/** The server has refused, and says why to people. */
export class RunRefused extends Error {
  override readonly name = 'RunRefused';

  constructor(
    /** One of docs/runs.md, or the HTTP status. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The API of runs. Everything rejects with RunRefused, or ServerConnection.NetworkError. */
export class RunsClient {
  readonly #settings: ServerConnection.ISettings;
  readonly #url: string;

  constructor(settings: ServerConnection.ISettings) {
    this.#settings = settings;
    this.#url = URLExt.join(settings.baseUrl, 'api/in-the-loop/v1/runs');
  }

  request(request: RunRequest): Promise<RunBatch> {
    return this.#ask('', { method: 'POST', body: JSON.stringify(request) }) as Promise<RunBatch>;
  }

  batch(requestId: string): Promise<RunBatch> {
    return this.#ask(`?request_id=${encodeURIComponent(requestId)}`) as Promise<RunBatch>;
  }

  /** Newest first. */
  async list(
    path: string,
    { cell, limit }: { readonly cell?: string; readonly limit: number },
  ): Promise<Run[]> {
    const query = new URLSearchParams({
      path,
      limit: String(limit),
      ...(cell === undefined ? {} : { cell }),
    });
    return ((await this.#ask(`?${query.toString()}`)) as { readonly runs: Run[] }).runs;
  }

  async answer(runId: string, value: string): Promise<void> {
    await this.#ask(`/${encodeURIComponent(runId)}/input`, {
      method: 'POST',
      body: JSON.stringify({ value }),
    });
  }

  async #ask(rest: string, init: RequestInit = {}): Promise<unknown> {
    const response = await ServerConnection.makeRequest(`${this.#url}${rest}`, init, this.#settings);
    const answer = (await response.json().catch(() => ({}))) as {
      readonly code?: string;
      readonly message?: string;
      readonly remedy?: string;
    };
    if (response.ok) return answer;
    const { code = String(response.status), message = response.statusText, remedy = '' } = answer;
    throw new RunRefused(code, `${message} ${remedy}`.trim());
  }
}
