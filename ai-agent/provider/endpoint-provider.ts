import type { ChatModel } from '../chat-model.ts';
import type { ModelProvider, ModelTraits, OfferedModel } from '../model-provider.ts';
import { answering } from './asking.ts';
import type { SdkFailure } from './explained.ts';
import type { ModelSettings, ProviderEndpoint } from './provider-endpoint.ts';

/** A provider behind an API: what is alike whatever the API is. */
export abstract class EndpointProvider implements ModelProvider {
  readonly #id: string;
  readonly #endpoint: ProviderEndpoint;
  readonly #sdkFailure: SdkFailure;

  constructor(id: string, endpoint: ProviderEndpoint, sdkFailure: SdkFailure) {
    this.#id = id;
    this.#endpoint = endpoint;
    this.#sdkFailure = sdkFailure;
  }

  list(signal: AbortSignal): Promise<readonly OfferedModel[]> {
    const traits = { takesImages: false, contextTokens: null };
    const ask = (until: AbortSignal): Promise<readonly OfferedModel[]> => this.listed(this.#endpoint, until);
    return answering(ask, this.#settings('(its list)', traits), this.#sdkFailure, signal);
  }

  model(name: string, traits: ModelTraits): ChatModel {
    return this.made(this.#settings(name, traits));
  }

  /** What it offers; what the SDK throws is explained by `list`. */
  protected abstract listed(
    endpoint: ProviderEndpoint,
    signal: AbortSignal,
  ): Promise<readonly OfferedModel[]>;

  protected abstract made(settings: ModelSettings): ChatModel;

  #settings(modelName: string, traits: ModelTraits): ModelSettings {
    return { providerId: this.#id, modelName, ...traits, endpoint: this.#endpoint };
  }
}
