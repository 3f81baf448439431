import type { ListResponse, Ollama } from 'ollama';
import type { ChatModel } from '../chat-model.ts';
import type { OfferedModel } from '../model-provider.ts';
import { EndpointProvider } from '../provider/endpoint-provider.ts';
import { canChat, isKnownToTakeImages } from '../provider/known-models.ts';
import type { ModelSettings, ProviderEndpoint } from '../provider/provider-endpoint.ts';
import { ollamaClient } from './ollama-client.ts';
import { OllamaModel } from './ollama-model.ts';
import { saidByOllama } from './said-by-ollama.ts';

/**
 * Of what a model could take, so much is asked for unless the configuration says otherwise: Ollama reserves memory for all of it.
 */
const DEFAULT_CONTEXT = 16_384;

export class OllamaProvider extends EndpointProvider {
  constructor(id: string, endpoint: ProviderEndpoint) {
    super(id, endpoint, saidByOllama);
  }

  protected async listed(endpoint: ProviderEndpoint, signal: AbortSignal): Promise<readonly OfferedModel[]> {
    const client = await ollamaClient(endpoint, { signal, answer: 'json' });
    const { models } = await client.list();
    const offered = await Promise.all(models.map((model) => offeredModel(client, model)));
    return offered.filter((model) => model !== null);
  }

  protected made(settings: ModelSettings): ChatModel {
    return new OllamaModel({ ...settings, contextTokens: settings.contextTokens ?? DEFAULT_CONTEXT });
  }
}

/** What `show` says of it; servers before 0.6.4 tell no capabilities. Null for a model that makes vectors. */
async function offeredModel(
  client: Ollama,
  { model: name }: ListResponse['models'][number],
): Promise<OfferedModel | null> {
  const { capabilities, model_info: info } = await client.show({ model: name });
  if (!(capabilities?.includes('completion') ?? canChat(name))) return null;
  const largest = Object.entries(info ?? {}).find(([key]) => key.endsWith('.context_length'))?.[1] as unknown;
  return {
    name,
    takesImages: capabilities?.includes('vision') ?? isKnownToTakeImages(name),
    takesTools: capabilities?.includes('tools') ?? null,
    contextTokens: Math.min(typeof largest === 'number' ? largest : DEFAULT_CONTEXT, DEFAULT_CONTEXT),
  };
}
