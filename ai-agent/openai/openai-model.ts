import type { OpenAI } from 'openai';
import type { ChatChunk, ChatRequest } from '../chat-model.ts';
import { CompletionAnswer, hasEndMark } from '../chat-completions/completion-answer.ts';
import { completionMessages, completionTools } from '../chat-completions/completion-messages.ts';
import { saidInStream } from '../chat-completions/said-in-stream.ts';
import { CallIds } from '../provider/call-ids.ts';
import { EndpointModel } from '../provider/endpoint-model.ts';
import type { ModelSettings } from '../provider/provider-endpoint.ts';
import { failureIn } from '../provider/provider-failure.ts';
import { openaiClient } from './openai-client.ts';

type Question = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;

/** A model behind OpenAI's chat completions: OpenAI itself, vLLM, llama.cpp, LM Studio, OpenRouter and many more, by base URL. */
export class OpenaiModel extends EndpointModel {
  /** Some servers refuse the wish to be told of the usage. */
  #tellsUsage = true;

  constructor(settings: ModelSettings) {
    super(settings, saidInStream);
  }

  protected async *stream(
    request: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ChatChunk, void, undefined> {
    let isDone = false;
    const client = await openaiClient(this.settings.endpoint, {
      signal,
      answer: 'event-stream',
      onTail: (tail) => (isDone ||= hasEndMark(tail)),
    });
    const answer = new CompletionAnswer(new CallIds(request.messages));
    for await (const chunk of await this.#open(client, this.#question(request))) yield* answer.take(chunk);
    yield* answer.end(isDone);
  }

  async #open(client: OpenAI, question: Question): Promise<AsyncIterable<OpenAI.ChatCompletionChunk>> {
    if (!this.#tellsUsage) return client.chat.completions.create(question);
    try {
      return await client.chat.completions.create({ ...question, stream_options: { include_usage: true } });
    } catch (error) {
      if (!refusesStreamOptions(error)) throw error;
      this.#tellsUsage = false;
      return client.chat.completions.create(question);
    }
  }

  #question(request: ChatRequest): Question {
    const tools = completionTools(request);
    return {
      model: this.settings.modelName,
      messages: completionMessages(request, this.takesImages),
      // An empty list is refused.
      ...(tools.length === 0 ? {} : { tools }),
      stream: true,
    };
  }
}

function refusesStreamOptions(error: unknown): boolean {
  const failure = failureIn(error);
  return (
    failure?.kind === 'status' && failure.status < 500 && /stream_options|include_usage/.test(failure.body)
  );
}
