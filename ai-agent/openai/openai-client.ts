import type { OpenAI } from 'openai';
import { checkedKey, type ProviderEndpoint } from '../provider/provider-endpoint.ts';
import { providerFetch, type ProviderFetchOptions } from '../provider/provider-fetch.ts';

/** The longest that Node's timers take; the limit that counts is ours, of silence. */
const NEVER = 2_147_483_647;

/** OpenAI's SDK for one request, loaded on first use. It retries and logs nothing, and takes nothing from the environment. */
export async function openaiClient(
  endpoint: ProviderEndpoint,
  request: Pick<ProviderFetchOptions, 'signal' | 'answer' | 'onTail'>,
): Promise<OpenAI> {
  const key = checkedKey(endpoint);
  const { OpenAI } = await import('openai');
  return new OpenAI({
    baseURL: endpoint.baseUrl,
    apiKey: 'sent by providerFetch',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: NEVER,
    logLevel: 'off',
    fetch: providerFetch({ ...request, key, silenceLimit: endpoint.silenceLimit }),
  });
}
