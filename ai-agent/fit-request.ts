import type { ChatRequest } from './chat-model.ts';
import { estimateTokens, estimateTokensOfMessages } from './estimate-tokens.ts';
import { fitMessages } from './fit-messages.ts';

/** Of the tokens that a model takes. The rest is for its answer, and because tokens are only estimated. */
const shareOfRequest = 0.75;

/**
 * The request in a length that the model takes, as far as anybody knows: with each time that one was too long, half as long as it
 * would be otherwise.
 */
export function fitRequest(
  request: ChatRequest,
  contextTokens: number | null,
  overflows: number,
): ChatRequest {
  if (contextTokens === null && overflows === 0) return request;
  const besides = estimateTokens(request.instructions) + estimateTokens(JSON.stringify(request.tools));
  const room = contextTokens === null ? Infinity : contextTokens * shareOfRequest - besides;
  const length = Math.min(room, estimateTokensOfMessages(request.messages));
  return { ...request, messages: fitMessages(request.messages, length / 2 ** overflows) };
}
