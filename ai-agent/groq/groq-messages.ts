import type { Groq } from 'groq-sdk';
import { completionMessages } from '../chat-completions/completion-messages.ts';
import type { ChatRequest } from '../chat-model.ts';
import type { ContentPart, Message } from '../message.ts';

/** As many a request may have at Groq; the newest are worth most. */
const MOST_IMAGES = 5;

/** A conversation as Groq takes it: that of OpenAI, with its newest images and the descriptions of older ones. */
export function groqMessages(
  request: ChatRequest,
  takesImages: boolean,
): Groq.Chat.ChatCompletionMessageParam[] {
  if (!takesImages) return completionMessages(request, false) as Groq.Chat.ChatCompletionMessageParam[];
  let left = MOST_IMAGES;
  const described = (part: ContentPart): ContentPart => {
    if (part.type === 'text') return part;
    left -= 1;
    return left >= 0 ? part : { type: 'text', text: `[Image: ${part.description}]` };
  };
  const messages = request.messages.toReversed().map((message): Message => {
    if (message.role === 'assistant') return message;
    return { ...message, content: message.content.toReversed().map(described).toReversed() };
  });
  return completionMessages(
    { ...request, messages: messages.toReversed() },
    true,
  ) as Groq.Chat.ChatCompletionMessageParam[];
}
