import { ChatError } from '../chat-error.ts';

/** Where a provider's API is, and what people are told when it does not answer. */
export interface ProviderEndpoint {
  /** For people: `Ollama`. */
  readonly name: string;
  /** With the API's path and without a name or password: `http://127.0.0.1:8080/v1`. */
  readonly baseUrl: string;
  /** A secret (I10); null where it needs none. */
  readonly key: string | null;
  /** For people: where the key is set, for instance `OPENAI_API_KEY`; null where nothing is foreseen. */
  readonly keyPlace: string | null;
  /** For people, a sentence: what to do when nothing answers there. */
  readonly remedy: string;
  /** In milliseconds: so long nothing at all may arrive, before an answer and in the middle of it. */
  readonly silenceLimit: number;
}

/** A model of a provider, and what is known of it. */
export interface ModelSettings {
  /** Before the colon in a model's id. */
  readonly providerId: string;
  /** As the provider calls it. */
  readonly modelName: string;
  readonly takesImages: boolean;
  readonly contextTokens: number | null;
  readonly endpoint: ProviderEndpoint;
}

/** Local servers load a model and read a long question before the first byte; Node's own web client waits 300 seconds at most. */
export const DEFAULT_SILENCE_LIMIT = 240_000;

/**
 * What goes into the header: a line end or a letter outside ASCII in it would make Node's web client repeat the whole key in its
 * error message.
 * @throws ChatError
 */
export function checkedKey({ key, keyPlace, name }: ProviderEndpoint): string | null {
  if (key === null || /^[!-~]+$/.test(key)) return key;
  throw new ChatError(
    'bad-key',
    `The key for ${name}${keyPlace === null ? '' : ` in ${keyPlace}`} cannot be one: it is empty, or has spaces, line ends or letters outside ASCII. Correct it.`,
  );
}
