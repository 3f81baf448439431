import type { ChatModel } from '../chat-model.ts';
import type { ModelProvider, ModelTraits, OfferedModel } from '../model-provider.ts';
import { offeredModels } from '../chat-completions/listed-models.ts';
import { saidInStream } from '../chat-completions/said-in-stream.ts';
import { answering } from '../provider/asking.ts';
import type { ProviderEndpoint } from '../provider/provider-endpoint.ts';
import { openaiClient } from './openai-client.ts';
import { OpenaiModel } from './openai-model.ts';

/** OpenAI, or another server that speaks its API. */
export class OpenaiProvider implements ModelProvider {
  readonly #id: string;
  readonly #endpoint: ProviderEndpoint;

  constructor(id: string, endpoint: ProviderEndpoint) {
    this.#id = id;
    this.#endpoint = endpoint;
  }

  list(signal: AbortSignal): Promise<readonly OfferedModel[]> {
    const ask = async (until: AbortSignal): Promise<OfferedModel[]> => {
      const client = await openaiClient(this.#endpoint, { signal: until, answer: 'json' });
      const { data } = await client.models.list();
      return offeredModels(data);
    };
    const traits = { takesImages: false, contextTokens: null };
    return answering(ask, this.#settings('(its list)', traits), saidInStream, signal);
  }

  model(name: string, traits: ModelTraits): ChatModel {
    return new OpenaiModel(this.#settings(name, traits));
  }

  #settings(modelName: string, traits: ModelTraits): ConstructorParameters<typeof OpenaiModel>[0] {
    return { providerId: this.#id, modelName, ...traits, endpoint: this.#endpoint };
  }
}
