import { GroqProvider } from '../../ai-agent/groq/groq-provider.ts';
import type { ModelProvider } from '../../ai-agent/model-provider.ts';
import { OllamaProvider } from '../../ai-agent/ollama/ollama-provider.ts';
import { OpenaiProvider } from '../../ai-agent/openai/openai-provider.ts';
import { DEFAULT_SILENCE_LIMIT, type ProviderEndpoint } from '../../ai-agent/provider/provider-endpoint.ts';
import type { ProviderSettings } from '../ai-settings.ts';

/** @param silenceLimit in milliseconds */
export function openProvider(
  settings: ProviderSettings,
  silenceLimit = DEFAULT_SILENCE_LIMIT,
): ModelProvider {
  const { id, api, name, baseUrl, key, keyPlace } = settings;
  const endpoint: ProviderEndpoint = { name, baseUrl, key, keyPlace, remedy: remedy(settings), silenceLimit };
  switch (api) {
    case 'openai':
      return new OpenaiProvider(id, endpoint);
    case 'groq':
      return new GroqProvider(id, endpoint);
    case 'ollama':
      return new OllamaProvider(id, endpoint);
    default:
      return api satisfies never;
  }
}

function remedy({ api, baseUrl }: ProviderSettings): string {
  const isHere = /^https?:\/\/(localhost|127\.|\[::1\])/.test(baseUrl);
  if (api === 'ollama' && isHere) {
    return 'Start it with `ollama serve`; it is free, needs no account, and is at https://ollama.com.';
  }
  return isHere ? 'Start it.' : 'See whether this machine reaches that address, and whether it is right.';
}
