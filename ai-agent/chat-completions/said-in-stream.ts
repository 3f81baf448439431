import type { ProviderFailure } from '../provider/provider-failure.ts';

/** An error that came within a stream: the SDKs of OpenAI and Groq throw an `APIError` with the parsed JSON in `error`. */
export function saidInStream(error: unknown): ProviderFailure | null {
  if (!(error instanceof Error) || !('error' in error)) return null;
  const said: unknown = error.error;
  return said === undefined || said === null ? null : { kind: 'said', body: JSON.stringify({ error: said }) };
}
