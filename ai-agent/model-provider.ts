import type { ChatModel } from './chat-model.ts';

/** A model as its provider lists it; null is what the provider does not say. */
export interface OfferedModel {
  /** As the provider calls it. */
  readonly name: string;
  readonly takesImages: boolean | null;
  readonly takesTools: boolean | null;
  readonly contextTokens: number | null;
}

/** What is settled of a model before it is asked. */
export interface ModelTraits {
  readonly takesImages: boolean;
  readonly contextTokens: number | null;
}

/** Who has models. */
export interface ModelProvider {
  /**
   * The models that can be talked to, asked of the provider now.
   * @throws ChatError, or what the signal was aborted with
   */
  list(signal: AbortSignal): Promise<readonly OfferedModel[]>;
  /** @throws ChatError where the provider's key cannot be one */
  model(name: string, traits: ModelTraits): ChatModel;
}
