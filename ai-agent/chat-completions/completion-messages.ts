import type { OpenAI } from 'openai';
import type { ChatRequest } from '../chat-model.ts';
import type { AssistantMessage, ContentPart } from '../message.ts';
import { argumentsObject } from '../provider/arguments-object.ts';
import { describedText, toolText } from '../provider/content-text.ts';
import { turnedMessages } from '../provider/turned-messages.ts';

type CompletionMessage = OpenAI.Chat.Completions.ChatCompletionMessageParam;
type UserPart =
  | OpenAI.Chat.Completions.ChatCompletionContentPartText
  | OpenAI.Chat.Completions.ChatCompletionContentPartImage;

/**
 * A conversation in the words of OpenAI's chat completions, as the strictest of its servers take it: a text rather than parts
 * where there is nothing but text, no two messages of the user in a row (templates of Mistral and Gemma refuse them), the arguments
 * of a call always JSON. A tool's message takes no image: those of all the tools of one answer follow as the user's.
 */
export function completionMessages(request: ChatRequest, takesImages: boolean): CompletionMessage[] {
  return turnedMessages<CompletionMessage>(request, takesImages, {
    system: (instructions) => ({ role: 'system', content: instructions }),
    user: (parts) => ({ role: 'user', content: userContent(parts, takesImages) }),
    assistant: assistantMessage,
    tool: (message) => ({
      role: 'tool',
      tool_call_id: message.callId,
      content: toolText(message, takesImages),
    }),
  });
}

/** A tool as this API describes it. */
interface CompletionTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: Record<string, unknown>;
  };
}

export function completionTools({ tools }: ChatRequest): CompletionTool[] {
  return tools.map(({ name, description, argumentsSchema }) => ({
    type: 'function',
    function: { name, description, parameters: argumentsSchema },
  }));
}

function userContent(parts: readonly ContentPart[], takesImages: boolean): string | UserPart[] {
  if (!takesImages || parts.every((part) => part.type === 'text')) return describedText(parts);
  return parts.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: part.text }
      : { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.data}` } },
  );
}

/** An answer without text and calls is left out: most servers refuse it. */
function assistantMessage({ content }: AssistantMessage): CompletionMessage[] {
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const calls = content.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
  if (calls.length === 0) return text === '' ? [] : [{ role: 'assistant', content: text }];
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      tool_calls: calls.map(({ callId, toolName, argumentsText }) => ({
        id: callId,
        type: 'function',
        function: { name: toolName, arguments: JSON.stringify(argumentsObject(argumentsText)) },
      })),
    },
  ];
}
