import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { ApprovalScope } from './turn-model.ts';

/** A conversation, as `docs/ai.md` tells of it. Times are ISO 8601. */
export interface ThreadSummary {
  readonly thread_id: string;
  readonly title: string;
  /** Of its notebook; null where it is about none, or that is gone. */
  readonly path: string | null;
  readonly owner: string;
  readonly is_private: boolean;
  readonly created: string;
  readonly last_used: string;
  readonly is_at_work: boolean;
}

export interface AskedImage {
  readonly media_type: string;
  /** Base64. */
  readonly data: string;
  readonly description: string;
}

export interface Question {
  /** The page's own: sent again, it is not asked again. */
  readonly turn_id: string;
  readonly model: string;
  readonly text: string;
  readonly images: readonly AskedImage[];
  readonly selected_cells: readonly string[];
  readonly selected_text: { readonly cell_id: string; readonly text: string } | null;
}

export interface GivenApproval {
  /** Null: all that wait. */
  readonly call_id: string | null;
  readonly approve: boolean;
  readonly scope: ApprovalScope;
  readonly remark: string | null;
}

export interface ModelSummary {
  readonly id: string;
  readonly name: string;
  readonly takes_images: boolean;
  readonly takes_tools: boolean | null;
  readonly context_tokens: number | null;
  /** For a million tokens. */
  readonly input_price: number | null;
  readonly output_price: number | null;
}

export interface ModelList {
  readonly default_model: string | null;
  readonly providers: readonly {
    readonly id: string;
    readonly name: string;
    readonly problem: { readonly code: string; readonly message: string } | null;
    readonly models: readonly ModelSummary[];
  }[];
}

export type ModelCheck =
  | { readonly works: true; readonly milliseconds: number }
  | { readonly works: false; readonly code: string; readonly message: string };

export type Decision = 'allow' | 'ask' | 'never';
export type Effect = 'reads' | 'edits' | 'runs' | 'destroys';
export interface Policy {
  readonly tools: Readonly<Record<string, Decision>>;
  readonly effects: Readonly<Partial<Record<Effect, Decision>>>;
}

/** What the model was told beside the question, and what became of the rest. */
export interface SentContext {
  readonly content: readonly (
    | { readonly type: 'text'; readonly text: string }
    | {
        readonly type: 'image';
        readonly mediaType: string;
        readonly data: string;
        readonly description: string;
      }
  )[];
  readonly account?: readonly {
    readonly item: string;
    readonly name: string;
    readonly reason: string | null;
    readonly told: string;
    readonly tokens: number;
  }[];
}

/** The API of conversations with models. Everything rejects with a sentence for people. */
export class AgentsClient {
  readonly #settings: ServerConnection.ISettings;
  readonly #url: string;

  constructor(settings: ServerConnection.ISettings) {
    this.#settings = settings;
    this.#url = URLExt.join(settings.baseUrl, 'api/in-the-loop/v1/agent');
  }

  async threads(): Promise<readonly ThreadSummary[]> {
    return (await this.#json<{ threads: ThreadSummary[] }>('GET', '/threads')).threads;
  }

  /** @param asked.thread_id the page's own: asked again, it is made once */
  createThread(asked: {
    readonly thread_id: string;
    readonly title: string;
    readonly path: string | null;
    readonly is_private: boolean;
  }): Promise<ThreadSummary> {
    return this.#json('POST', '/threads', asked);
  }

  changeThread(
    threadId: string,
    change: { readonly title?: string; readonly is_private?: boolean },
  ): Promise<ThreadSummary> {
    return this.#json('PATCH', thread(threadId), change);
  }

  async deleteThread(threadId: string): Promise<void> {
    await this.#ask('DELETE', thread(threadId));
  }

  async markdown(threadId: string): Promise<string> {
    return (await this.#ask('GET', `${thread(threadId)}/markdown`)).text();
  }

  async ask(threadId: string, question: Question): Promise<void> {
    await this.#ask('POST', `${thread(threadId)}/turns`, question);
  }

  async stop(threadId: string, turnId: string, andRuns: boolean): Promise<void> {
    await this.#ask('POST', `${turn(threadId, turnId)}/stop`, { and_runs: andRuns });
  }

  async approve(threadId: string, turnId: string, given: GivenApproval): Promise<void> {
    await this.#ask('POST', `${turn(threadId, turnId)}/approvals`, given);
  }

  async revert(threadId: string, turnId: string): Promise<void> {
    await this.#ask('POST', `${turn(threadId, turnId)}/revert`, {});
  }

  context(threadId: string, turnId: string): Promise<SentContext> {
    return this.#json('GET', `${turn(threadId, turnId)}/context`);
  }

  /** What an `img` element shows. */
  imageUrl(threadId: string, { sequence, frame }: { sequence: number; frame: number }): string {
    return `${this.#url}${thread(threadId)}/images/${sequence}/${frame}`;
  }

  /** @param path null: what counts in all notebooks */
  policy(path: string | null): Promise<{ readonly policy: Policy; readonly limits: Policy }> {
    return this.#json('GET', `/policy${query(path)}`);
  }

  async setPolicy(path: string | null, policy: Policy): Promise<void> {
    await this.#ask('PUT', `/policy${query(path)}`, policy);
  }

  models({ refresh }: { readonly refresh: boolean }): Promise<ModelList> {
    return this.#json('GET', `/models${refresh ? '?refresh=1' : ''}`);
  }

  check(model: string): Promise<ModelCheck> {
    return this.#json('POST', '/models/check', { model });
  }

  async #json<Answer>(method: string, rest: string, body?: object): Promise<Answer> {
    return (await (await this.#ask(method, rest, body)).json()) as Answer;
  }

  async #ask(method: string, rest: string, body?: object): Promise<Response> {
    const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await ServerConnection.makeRequest(`${this.#url}${rest}`, init, this.#settings).catch(
      (error: unknown) => {
        throw new Error('The server cannot be reached. Try again once it can.', { cause: error });
      },
    );
    if (response.ok) return response;
    const { message = response.statusText, remedy = '' } = (await response.json().catch(() => ({}))) as {
      readonly message?: string;
      readonly remedy?: string;
    };
    throw new Error(message.trim() || remedy);
  }
}

function thread(threadId: string): string {
  return `/threads/${encodeURIComponent(threadId)}`;
}

function turn(threadId: string, turnId: string): string {
  return `${thread(threadId)}/turns/${encodeURIComponent(turnId)}`;
}

function query(path: string | null): string {
  return path === null ? '' : `?path=${encodeURIComponent(path)}`;
}
