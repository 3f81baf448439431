import type { Policy } from '../ai-agent/approval.ts';

/** Which API a provider speaks: OpenAI's, which many servers have, Ollama's or Groq's. */
export type ProviderApi = 'openai' | 'ollama' | 'groq';

/** What the configuration says of a model; null where it says nothing. */
export interface ConfiguredModel {
  readonly takesImages: boolean | null;
  readonly contextTokens: number | null;
  /** For a million tokens, in whatever money the person thinks in. */
  readonly inputPrice: number | null;
  readonly outputPrice: number | null;
}

export interface ProviderSettings {
  /** Before the colon in the ids of its models. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly api: ProviderApi;
  readonly baseUrl: string;
  /** A secret (I10). */
  readonly key: string | null;
  /** For people: where the key is set. */
  readonly keyPlace: string | null;
  /** For people: why it cannot be used as it is configured; null where it can. */
  readonly problem: string | null;
  /** Nobody asked for it: it is looked for because it may be there. */
  readonly isGuess: boolean;
  readonly models: ReadonlyMap<string, ConfiguredModel>;
}

/** Which models may be asked. */
export interface AiSettings {
  readonly providers: readonly ProviderSettings[];
  /** `provider:model`; null where nobody chose. */
  readonly defaultModel: string | null;
  /** The administrators': no agent is allowed more, whatever people say. */
  readonly limits: Policy;
  /** Milliseconds for which an agent waits for an approval; null for ever. */
  readonly approvalsExpire: number | null;
}
