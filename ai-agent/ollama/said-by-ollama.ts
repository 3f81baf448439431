import type { ProviderFailure } from '../provider/provider-failure.ts';

/** The SDK's words for a stream that ended without its last piece. */
const UNFINISHED = 'Did not receive done';

/** An error in Ollama's stream, which the SDK throws as a plain `Error`. */
export function saidByOllama(error: unknown): ProviderFailure | null {
  if (!(error instanceof Error) || error.constructor !== Error) return null;
  if (error.message.startsWith(UNFINISHED)) return { kind: 'cut' };
  return { kind: 'said', body: JSON.stringify({ error: error.message }) };
}
