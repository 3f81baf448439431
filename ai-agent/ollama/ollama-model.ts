import type { ChatChunk, ChatRequest } from '../chat-model.ts';
import { CallIds } from '../provider/call-ids.ts';
import { EndpointModel } from '../provider/endpoint-model.ts';
import type { ModelSettings } from '../provider/provider-endpoint.ts';
import { ProviderFailed } from '../provider/provider-failure.ts';
import { OllamaAnswer } from './ollama-answer.ts';
import { ollamaClient } from './ollama-client.ts';
import { ollamaMessages, ollamaTools } from './ollama-messages.ts';
import { saidByOllama } from './said-by-ollama.ts';

/** A model that an Ollama server has, by Ollama's own API. */
export class OllamaModel extends EndpointModel {
  constructor(settings: ModelSettings) {
    super(settings, saidByOllama);
  }

  protected async *stream(
    request: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ChatChunk, void, undefined> {
    const client = await ollamaClient(this.settings.endpoint, { signal, answer: 'lines' });
    const tools = ollamaTools(request);
    const pieces = await client.chat({
      model: this.settings.modelName,
      messages: ollamaMessages(request, this.takesImages),
      ...(tools.length === 0 ? {} : { tools }),
      // Unasked it takes a few thousand tokens and forgets the beginning of a longer conversation without a word.
      ...(this.contextTokens === null ? {} : { options: { num_ctx: this.contextTokens } }),
      stream: true,
    });
    const answer = new OllamaAnswer(new CallIds(request.messages));
    for await (const piece of pieces) {
      yield* answer.take(piece);
      if (piece.done) return;
    }
    throw new ProviderFailed({ kind: 'cut' });
  }
}
