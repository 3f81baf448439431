import { offeredModels } from '../chat-completions/listed-models.ts';
import { saidInStream } from '../chat-completions/said-in-stream.ts';
import type { ChatModel } from '../chat-model.ts';
import type { OfferedModel } from '../model-provider.ts';
import { EndpointProvider } from '../provider/endpoint-provider.ts';
import type { ModelSettings, ProviderEndpoint } from '../provider/provider-endpoint.ts';
import { openaiClient } from './openai-client.ts';
import { OpenaiModel } from './openai-model.ts';

/** OpenAI, or another server that speaks its API. */
export class OpenaiProvider extends EndpointProvider {
  constructor(id: string, endpoint: ProviderEndpoint) {
    super(id, endpoint, saidInStream);
  }

  protected async listed(endpoint: ProviderEndpoint, signal: AbortSignal): Promise<readonly OfferedModel[]> {
    const client = await openaiClient(endpoint, { signal, answer: 'json' });
    return offeredModels((await client.models.list()).data);
  }

  protected made(settings: ModelSettings): ChatModel {
    return new OpenaiModel(settings);
  }
}
