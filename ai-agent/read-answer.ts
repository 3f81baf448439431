import type { ChatChunk, FinishReason, TokenUsage } from './chat-model.ts';
import { ChatError } from './chat-error.ts';
import type { AssistantMessage, TextPart, ToolCall } from './message.ts';
import type { StreamedText } from './streamed-text.ts';

export interface Answer {
  readonly message: AssistantMessage;
  readonly finish: FinishReason;
  readonly usage: TokenUsage | null;
}

/**
 * Puts a streamed answer together, and hands its text on as it comes.
 * @throws ChatError, also where the stream ends before the answer does
 */
export async function readAnswer(chunks: AsyncIterable<ChatChunk>, text: StreamedText): Promise<Answer> {
  const content: (TextPart | ToolCall)[] = [];
  for await (const chunk of chunks) {
    switch (chunk.type) {
      case 'text': {
        if (chunk.text === '') break;
        const last = content.at(-1);
        if (last?.type === 'text')
          content[content.length - 1] = { type: 'text', text: last.text + chunk.text };
        else content.push(chunk);
        await text.add('text', chunk.text);
        break;
      }
      case 'reasoning':
        if (chunk.text !== '') await text.add('reasoning', chunk.text);
        break;
      case 'tool-call':
        content.push(chunk);
        break;
      case 'finish':
        return { message: { role: 'assistant', content }, finish: chunk.reason, usage: chunk.usage };
    }
  }
  throw new ChatError('unreachable', 'The answer broke off before its end.');
}
