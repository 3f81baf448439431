import type { ChatRequest } from '../chat-model.ts';
import type { AssistantMessage, ContentPart, ToolMessage } from '../message.ts';
import { imagesOf } from './content-text.ts';

/** Messages in the words of one API. */
export interface MessageWords<Turned> {
  system(instructions: string): Turned;
  user(parts: readonly ContentPart[]): Turned;
  /** None for an answer that the API would refuse. */
  assistant(message: AssistantMessage): readonly Turned[];
  tool(message: ToolMessage): Turned;
}

/**
 * A conversation in these words: no two messages of the user in a row, and images of tools as the user's, after those of all tools of one
 * answer.
 */
export function turnedMessages<Turned>(
  { instructions, messages }: ChatRequest,
  takesImages: boolean,
  words: MessageWords<Turned>,
): Turned[] {
  const turned: Turned[] = instructions === '' ? [] : [words.system(instructions)];
  let user: ContentPart[] = [];
  const flush = (): void => {
    if (user.length > 0) turned.push(words.user(user));
    user = [];
  };
  for (const message of messages) {
    switch (message.role) {
      case 'user':
        user.push(...message.content);
        break;
      case 'assistant':
        flush();
        turned.push(...words.assistant(message));
        break;
      case 'tool':
        turned.push(words.tool(message));
        if (takesImages) user.push(...imagesOf(message));
        break;
      default:
        message satisfies never;
    }
  }
  flush();
  return turned;
}
