import type { Message } from './message.ts';

const charactersPerToken = 4;
/** About what providers count for an image of a thousand pixels a side. */
const tokensPerImage = 1_000;

/**
 * How many tokens a text takes, roughly: English text and code have about four characters a token. Other scripts have fewer, so that
 * budgets made of it must leave room.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

export function estimateTokensOfContent(content: Message['content']): number {
  let tokens = 0;
  for (const part of content) {
    if (part.type === 'text') tokens += estimateTokens(part.text);
    else if (part.type === 'image') tokens += tokensPerImage;
    else tokens += estimateTokens(part.argumentsText) + estimateTokens(part.toolName);
  }
  return tokens;
}

export function estimateTokensOfMessages(messages: readonly Message[]): number {
  let tokens = 0;
  for (const { content } of messages) tokens += estimateTokensOfContent(content);
  return tokens;
}
