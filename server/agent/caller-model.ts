import type { ChatChunk, ChatModel, ChatRequest } from '../../ai-agent/chat-model.ts';
import type { ContentPart } from '../../ai-agent/message.ts';

/** What became of a call. */
export interface CallResult {
  readonly content: readonly ContentPart[];
  readonly isError: boolean;
}

/**
 * Another program in the place of a model: it asks for one tool, and has its answer when it is asked again. So what it has done goes
 * through the same turn, with the same approvals, as what a model does.
 */
export class CallerModel implements ChatModel {
  readonly id: string;
  readonly takesImages = true;
  readonly contextTokens = null;
  readonly #call: { readonly toolName: string; readonly argumentsText: string } | null;
  readonly #result = Promise.withResolvers<CallResult>();
  #isAsked = false;

  /** @param call null: of a server that ended before; nobody waits for the answer any more */
  constructor(id: string, call: { readonly toolName: string; readonly argumentsText: string } | null) {
    this.id = id;
    this.#call = call;
  }

  /** Never rejects, and never resolves where the turn is stopped. */
  get result(): Promise<CallResult> {
    return this.#result.promise;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- models stream, and this one has nothing to wait for
  async *ask({ messages }: ChatRequest): AsyncIterable<ChatChunk> {
    const last = messages.at(-1);
    if (this.#call !== null && !this.#isAsked) {
      this.#isAsked = true;
      yield { type: 'tool-call', callId: 'call', ...this.#call };
      yield { type: 'finish', reason: 'tool-calls', usage: null };
      return;
    }
    if (last?.role === 'tool') this.#result.resolve({ content: last.content, isError: last.isError });
    yield { type: 'finish', reason: 'stop', usage: null };
  }
}
