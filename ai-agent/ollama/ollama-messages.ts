import type { Message as OllamaMessage, Tool as OllamaTool } from 'ollama';
import type { ChatRequest } from '../chat-model.ts';
import type { AssistantMessage, ContentPart, ImagePart } from '../message.ts';
import { argumentsObject } from '../provider/arguments-object.ts';
import { describedText, toolText } from '../provider/content-text.ts';
import { turnedMessages } from '../provider/turned-messages.ts';

/**
 * A conversation in Ollama's words: texts with images beside them, calls as whole objects without ids, which its results follow in the
 * same order. Images of tools follow as the user's.
 */
export function ollamaMessages(request: ChatRequest, takesImages: boolean): OllamaMessage[] {
  return turnedMessages<OllamaMessage>(request, takesImages, {
    system: (instructions) => ({ role: 'system', content: instructions }),
    user: (parts) => userMessage(parts, takesImages),
    assistant: assistantMessage,
    tool: (message) => ({
      role: 'tool',
      tool_name: message.toolName,
      content: toolText(message, takesImages),
    }),
  });
}

export function ollamaTools({ tools }: ChatRequest): OllamaTool[] {
  return tools.map(({ name, description, argumentsSchema }) => ({
    type: 'function',
    function: {
      name,
      description,
      parameters: argumentsSchema,
    },
  }));
}

function userMessage(parts: readonly ContentPart[], takesImages: boolean): OllamaMessage {
  if (!takesImages) return { role: 'user', content: describedText(parts) };
  const images = parts.filter((part): part is ImagePart => part.type === 'image');
  return {
    role: 'user',
    content: describedText(parts.filter(({ type }) => type === 'text')),
    // As bytes: the SDK takes a text for the name of a file where there is one of that name, and would send that file.
    ...(images.length === 0 ? {} : { images: images.map(({ data }) => Buffer.from(data, 'base64')) }),
  };
}

function assistantMessage({ content }: AssistantMessage): OllamaMessage[] {
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const calls = content.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
  if (text === '' && calls.length === 0) return [];
  return [
    {
      role: 'assistant',
      content: text,
      ...(calls.length === 0
        ? {}
        : {
            tool_calls: calls.map(({ toolName, argumentsText }) => ({
              function: { name: toolName, arguments: argumentsObject(argumentsText) },
            })),
          }),
    },
  ];
}
