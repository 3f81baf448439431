import type { ChatChunk, ChatModel, ChatRequest } from '../chat-model.ts';
import { CompletionAnswer, hasEndMark } from '../chat-completions/completion-answer.ts';
import { completionTools } from '../chat-completions/completion-messages.ts';
import { saidInStream } from '../chat-completions/said-in-stream.ts';
import { streaming } from '../provider/asking.ts';
import { CallIds } from '../provider/call-ids.ts';
import type { ModelSettings } from '../provider/provider-endpoint.ts';
import { groqClient } from './groq-client.ts';
import { groqMessages } from './groq-messages.ts';

/** A model at Groq. It tells the usage unasked, in `x_groq`. */
export class GroqModel implements ChatModel {
  readonly id: string;
  readonly takesImages: boolean;
  readonly contextTokens: number | null;
  readonly #settings: ModelSettings;

  constructor(settings: ModelSettings) {
    this.#settings = settings;
    this.id = `${settings.providerId}:${settings.modelName}`;
    this.takesImages = settings.takesImages;
    this.contextTokens = settings.contextTokens;
  }

  ask(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatChunk> {
    return streaming((until) => this.#stream(request, until), this.#settings, saidInStream, signal);
  }

  async *#stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk, void, undefined> {
    let isDone = false;
    const client = await groqClient(this.#settings.endpoint, {
      signal,
      answer: 'event-stream',
      onTail: (tail) => (isDone ||= hasEndMark(tail)),
    });
    const tools = completionTools(request);
    const stream = await client.chat.completions.create({
      model: this.#settings.modelName,
      messages: groqMessages(request, this.takesImages),
      // An empty list is refused.
      ...(tools.length === 0 ? {} : { tools }),
      stream: true,
    });
    const answer = new CompletionAnswer(new CallIds(request.messages));
    for await (const chunk of stream) yield* answer.take(chunk);
    yield* answer.end(isDone);
  }
}
