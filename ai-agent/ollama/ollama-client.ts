import type { Ollama } from 'ollama';
import { checkedKey, type ProviderEndpoint } from '../provider/provider-endpoint.ts';
import { providerFetch, type ProviderFetchOptions } from '../provider/provider-fetch.ts';
import { checkedLines } from './checked-lines.ts';

/** Ollama's SDK for one request, loaded on first use. */
export async function ollamaClient(
  endpoint: ProviderEndpoint,
  request: Pick<ProviderFetchOptions, 'signal' | 'answer'>,
): Promise<Ollama> {
  const key = checkedKey(endpoint);
  const { Ollama } = await import('ollama');
  const fetch = providerFetch({ ...request, key, silenceLimit: endpoint.silenceLimit });
  return new Ollama({
    host: endpoint.baseUrl,
    fetch: request.answer === 'lines' ? checking(fetch) : fetch,
  });
}

const checking =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    return new Response(response.body?.pipeThrough(checkedLines()) ?? null, response);
  };
