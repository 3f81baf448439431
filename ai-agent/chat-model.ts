import type { Message, ToolCall } from './message.ts';

/** A tool as a model is told of it. */
export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments: an object. */
  readonly argumentsSchema: Readonly<Record<string, unknown>>;
}

export interface ChatRequest {
  /** What the model is and may do: the system message. */
  readonly instructions: string;
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDescription[];
}

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input tokens, those that the provider had kept from an earlier request; 0 where it does not say. */
  readonly cachedInputTokens: number;
}

/** Why a model stopped: its answer is whole, it waits for tools, its answer is as long as it may be, or the provider kept it back. */
export type FinishReason = 'stop' | 'tool-calls' | 'length' | 'content-filter';

/** One piece of an answer as it arrives. `finish` comes last, and once. */
export type ChatChunk =
  | { readonly type: 'text'; readonly text: string }
  /** What a model thinks aloud before it answers; not part of the conversation. */
  | { readonly type: 'reasoning'; readonly text: string }
  /** Whole: its fragments have been put together. */
  | ToolCall
  | { readonly type: 'finish'; readonly reason: FinishReason; readonly usage: TokenUsage | null };

/** A model of a provider, ready to be asked. */
export interface ChatModel {
  /** `provider:name`, for instance `ollama:qwen3`. */
  readonly id: string;
  readonly takesImages: boolean;
  /** How many tokens a request and its answer may have together; null where nobody says. */
  readonly contextTokens: number | null;
  /**
   * Asks it once. Aborting the signal ends the request at the provider, and iterating throws what the signal was aborted with.
   * @throws ChatError (when iterated)
   */
  ask(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatChunk>;
}
