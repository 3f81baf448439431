import { estimateTokensOfContent, estimateTokensOfMessages } from './estimate-tokens.ts';
import type { Message } from './message.ts';

const leftOut = 'Left out to make room in the conversation. Use the tool again if this matters still.';

/**
 * The messages within about so many tokens: the oldest results of tools give way, all but those that the model has not answered to yet.
 * What people and the model said stays. Where that is not enough the provider says that the context overflows.
 */
export function fitMessages(messages: readonly Message[], tokens: number): readonly Message[] {
  let excess = estimateTokensOfMessages(messages) - tokens;
  if (excess <= 0) return messages;
  const newest = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages.map((message, index) => {
    if (excess <= 0 || message.role !== 'tool' || index > newest) return message;
    const shorter: Message = { ...message, content: [{ type: 'text', text: leftOut }] };
    const saved = estimateTokensOfContent(message.content) - estimateTokensOfContent(shorter.content);
    if (saved <= 0) return message;
    excess -= saved;
    return shorter;
  });
}
