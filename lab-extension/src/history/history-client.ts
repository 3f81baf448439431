import type { ChangeSummary } from '../../../server/wire/change-summary.ts';
import type { ICell } from '@jupyterlab/nbformat';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** What happened to a file in a while (docs/history.md). Times are ISO 8601. */
export interface HistoryEntry {
  readonly version: number;
  readonly time: string;
  readonly since: string;
  readonly people: readonly string[];
  readonly runs: { readonly count: number; readonly failed: number };
  readonly changes: ChangeSummary | null;
  readonly versions: readonly {
    readonly id: number;
    readonly time: string;
    readonly who: string | null;
    readonly is_kept: boolean;
  }[];
}

export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** What people are called, by their user names. */
  readonly names: Readonly<Record<string, string>>;
  readonly next: number | null;
}

export type HistoryCell = ICell & { readonly id: string; readonly source: string };

export type HistoryContent =
  | { readonly kind: 'notebook'; readonly cells: readonly HistoryCell[] }
  | { readonly kind: 'text'; readonly text: string };

export interface CellDifference {
  readonly change: 'same' | 'changed' | 'added' | 'removed';
  readonly is_moved: boolean;
  readonly has_other_outputs: boolean;
  readonly before: HistoryCell | null;
  readonly after: HistoryCell | null;
}

export type HistoryDifference =
  | { readonly kind: 'notebook'; readonly cells: readonly CellDifference[] }
  | { readonly kind: 'text'; readonly before: string; readonly after: string };

/** The API of history. Everything rejects with a sentence for people. */
export class HistoryClient {
  readonly #settings: ServerConnection.ISettings;
  readonly #url: string;

  constructor(settings: ServerConnection.ISettings) {
    this.#settings = settings;
    this.#url = URLExt.join(settings.baseUrl, 'api/in-the-loop/v1/history');
  }

  list(path: string, before: number | null): Promise<HistoryPage> {
    return this.#get('', { path, ...(before === null ? {} : { before: String(before) }) });
  }

  version(path: string, version: number): Promise<HistoryContent> {
    return this.#get('/version', { path, version: String(version) });
  }

  difference(path: string, from: number, to: number | 'now'): Promise<HistoryDifference> {
    return this.#get('/difference', { path, from: String(from), to: String(to) });
  }

  /** @param cells null: all of it */
  async restore(path: string, version: number, cells: readonly string[] | null): Promise<void> {
    const body = JSON.stringify({ path, version, ...(cells === null ? {} : { cells }) });
    await this.#ask('/restore', { method: 'POST', body });
  }

  async #get<Answer>(rest: string, query: Record<string, string>): Promise<Answer> {
    const response = await this.#ask(`${rest}?${new URLSearchParams(query).toString()}`, {});
    return (await response.json()) as Answer;
  }

  async #ask(rest: string, init: RequestInit): Promise<Response> {
    const response = await ServerConnection.makeRequest(`${this.#url}${rest}`, init, this.#settings).catch(
      (error: unknown) => {
        throw new Error('The server cannot be reached: there is no history without it.', { cause: error });
      },
    );
    if (response.ok) return response;
    const { message = response.statusText } = (await response.json().catch(() => ({}))) as {
      readonly message?: string;
    };
    throw new Error(message);
  }
}
