import type { Groq } from 'groq-sdk';
import { checkedKey, type ProviderEndpoint } from '../provider/provider-endpoint.ts';
import { providerFetch, type ProviderFetchOptions } from '../provider/provider-fetch.ts';

/** The longest that Node's timers take; the limit that counts is ours, of silence. */
const NEVER = 2_147_483_647;

/** Groq's SDK for one request, loaded on first use. It retries and logs nothing. */
export async function groqClient(
  endpoint: ProviderEndpoint,
  request: Pick<ProviderFetchOptions, 'signal' | 'answer' | 'onTail'>,
): Promise<Groq> {
  const key = checkedKey(endpoint);
  const { Groq } = await import('groq-sdk');
  return new Groq({
    baseURL: endpoint.baseUrl,
    apiKey: 'sent by providerFetch',
    maxRetries: 0,
    timeout: NEVER,
    logLevel: 'off',
    fetch: providerFetch({ ...request, key, silenceLimit: endpoint.silenceLimit }),
  });
}
