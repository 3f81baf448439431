import { ChatError } from '../../ai-agent/chat-error.ts';

/**
 * What went wrong while a provider was asked under a time limit.
 * @param limit in milliseconds
 * @throws what is no provider's fault
 */
export function chatErrorWithin(limit: number, signal: AbortSignal, error: unknown, name: string): ChatError {
  if (error instanceof ChatError) return error;
  if (signal.aborted) {
    return new ChatError('unreachable', `${name} did not answer within ${limit / 1_000} seconds.`);
  }
  throw error;
}
