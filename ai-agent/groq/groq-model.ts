import type { ChatChunk, ChatRequest } from '../chat-model.ts';
import { CompletionAnswer, hasEndMark } from '../chat-completions/completion-answer.ts';
import { completionTools } from '../chat-completions/completion-messages.ts';
import { saidInStream } from '../chat-completions/said-in-stream.ts';
import { CallIds } from '../provider/call-ids.ts';
import { EndpointModel } from '../provider/endpoint-model.ts';
import type { ModelSettings } from '../provider/provider-endpoint.ts';
import { groqClient } from './groq-client.ts';
import { groqMessages } from './groq-messages.ts';

/** A model at Groq. It tells the usage unasked, in `x_groq`. */
export class GroqModel extends EndpointModel {
  constructor(settings: ModelSettings) {
    super(settings, saidInStream);
  }

  protected async *stream(
    request: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ChatChunk, void, undefined> {
    let isDone = false;
    const client = await groqClient(this.settings.endpoint, {
      signal,
      answer: 'event-stream',
      onTail: (tail) => (isDone ||= hasEndMark(tail)),
    });
    const tools = completionTools(request);
    const stream = await client.chat.completions.create({
      model: this.settings.modelName,
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
