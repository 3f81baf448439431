import type { ChatChunk, ChatModel, ChatRequest } from '../chat-model.ts';
import { streaming } from './asking.ts';
import type { SdkFailure } from './explained.ts';
import type { ModelSettings } from './provider-endpoint.ts';

/** A model behind an API: what is alike whatever the API is. */
export abstract class EndpointModel implements ChatModel {
  readonly id: string;
  readonly takesImages: boolean;
  readonly contextTokens: number | null;
  protected readonly settings: ModelSettings;
  readonly #sdkFailure: SdkFailure;

  constructor(settings: ModelSettings, sdkFailure: SdkFailure) {
    this.settings = settings;
    this.#sdkFailure = sdkFailure;
    this.id = `${settings.providerId}:${settings.modelName}`;
    this.takesImages = settings.takesImages;
    this.contextTokens = settings.contextTokens;
  }

  ask(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatChunk> {
    return streaming((until) => this.stream(request, until), this.settings, this.#sdkFailure, signal);
  }

  /** The answer as it comes; what the SDK throws is explained by `ask`. */
  protected abstract stream(
    request: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ChatChunk, void, undefined>;
}
