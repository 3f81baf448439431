import type { ChatChunk, FinishReason, TokenUsage } from '../chat-model.ts';
import type { CallIds } from '../provider/call-ids.ts';
import { ProviderFailed } from '../provider/provider-failure.ts';
import { ThinkingSplitter } from '../provider/split-thinking.ts';
import { CallFragments, type CallFragment } from './call-fragments.ts';

interface UsageOnWire {
  readonly prompt_tokens?: number | null | undefined;
  readonly completion_tokens?: number | null | undefined;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number | null | undefined } | null | undefined;
}

/** What is used of a piece of a streamed answer; any of it may be missing from some server's. */
export interface CompletionChunk {
  readonly choices?:
    | readonly {
        readonly delta?:
          | {
              readonly content?: unknown;
              readonly refusal?: string | null | undefined;
              readonly reasoning_content?: string | null | undefined;
              readonly reasoning?: string | null | undefined;
              readonly tool_calls?: readonly CallFragment[] | null | undefined;
            }
          | null
          | undefined;
        readonly finish_reason?: string | null | undefined;
      }[]
    | null
    | undefined;
  readonly usage?: UsageOnWire | null | undefined;
  readonly x_groq?:
    { readonly usage?: UsageOnWire | null; readonly error?: string | null } | null | undefined;
}

/** Turns the pieces of an answer in the API of OpenAI's chat completions into ours. Pure but for its own state. */
export class CompletionAnswer {
  readonly #ids: CallIds;
  readonly #calls = new CallFragments();
  readonly #text = new ThinkingSplitter();
  #finish: FinishReason | null = null;
  #usage: TokenUsage | null = null;

  constructor(ids: CallIds) {
    this.#ids = ids;
  }

  take(chunk: CompletionChunk): ChatChunk[] {
    const { x_groq: groq, usage } = chunk;
    if (groq?.error) throw new ProviderFailed({ kind: 'said', body: groq.error });
    this.#usage = tokenUsage(usage ?? groq?.usage ?? null) ?? this.#usage;
    const choice = chunk.choices?.[0];
    if (choice === undefined) return [];
    const { delta } = choice;
    this.#finish = finishReason(choice.finish_reason ?? null) ?? this.#finish;
    for (const fragment of delta?.tool_calls ?? []) this.#calls.take(fragment);
    const thought = delta?.reasoning_content || delta?.reasoning || thoughtOf(delta?.content);
    return [
      ...(typeof thought === 'string' && thought !== ''
        ? [{ type: 'reasoning' as const, text: thought }]
        : []),
      ...this.#text.take(textOf(delta?.content) + (delta?.refusal ?? '')),
    ];
  }

  /**
   * @param isDone the server marked the end: then a reason is missing because it gives none
   * @throws ProviderFailed where the answer broke off
   */
  end(isDone: boolean): ChatChunk[] {
    if (this.#finish === null && !isDone) throw new ProviderFailed({ kind: 'cut' });
    const hasCalls = !this.#calls.isEmpty;
    const reason = hasCalls && (this.#finish ?? 'stop') === 'stop' ? 'tool-calls' : (this.#finish ?? 'stop');
    return [
      ...this.#text.end(),
      ...this.#calls.whole(this.#ids),
      { type: 'finish', reason: reason === 'tool-calls' && !hasCalls ? 'stop' : reason, usage: this.#usage },
    ];
  }
}

function finishReason(given: string | null): FinishReason | null {
  switch (given) {
    case null:
    case '':
      return null;
    case 'tool_calls':
    case 'function_call':
      return 'tool-calls';
    case 'length':
    case 'max_tokens':
      return 'length';
    case 'content_filter':
      return 'content-filter';
    default:
      return 'stop'; // `stop`, and the own words of servers: `eos`, `stop_sequence`.
  }
}

function tokenUsage(usage: UsageOnWire | null): TokenUsage | null {
  if (typeof usage?.prompt_tokens !== 'number') return null;
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens ?? 0,
    cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
  };
}

/** Mistral's thinking models send parts instead of a text: of what they say, and of what they think. */
interface ContentPart {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly thinking?: readonly ContentPart[];
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as ContentPart[]).map(({ text }) => (typeof text === 'string' ? text : '')).join('');
}

function thoughtOf(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return (content as ContentPart[]).map(({ thinking }) => textOf(thinking)).join('');
}

/** The end of a stream is marked, in the last of its bytes. */
export function hasEndMark(tail: string): boolean {
  return /(^|\n)data: ?\[DONE\]/.test(tail);
}
