import type { Message as OllamaMessage, Tool as OllamaTool } from 'ollama';
import type { ChatRequest } from '../chat-model.ts';
import type { AssistantMessage, ContentPart, ImagePart } from '../message.ts';
import { argumentsObject } from '../provider/arguments-object.ts';
import { describedText, imagesOf } from '../provider/content-text.ts';

/**
 * A conversation in Ollama's words: texts with images beside them, calls as whole objects without ids, which its results follow in the
 * same order. Images of tools follow as the user's.
 */
export function ollamaMessages(
  { instructions, messages }: ChatRequest,
  takesImages: boolean,
): OllamaMessage[] {
  const turned: OllamaMessage[] = [];
  if (instructions !== '') turned.push({ role: 'system', content: instructions });
  let user: ContentPart[] = [];
  const flush = (): void => {
    if (user.length > 0) turned.push(userMessage(user, takesImages));
    user = [];
  };
  for (const message of messages) {
    switch (message.role) {
      case 'user':
        user.push(...message.content);
        break;
      case 'assistant':
        flush();
        turned.push(...assistantMessage(message));
        break;
      case 'tool': {
        const shown = takesImages ? message.content.filter(({ type }) => type === 'text') : message.content;
        const images = takesImages ? imagesOf(message) : [];
        const note = images.length === 0 ? '' : `\n(${images.length - 1} image(s) follow.)`;
        turned.push({ role: 'tool', tool_name: message.toolName, content: describedText(shown) + note });
        user.push(...images);
        break;
      }
      default:
        message satisfies never;
    }
  }
  flush();
  return turned;
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
