import { ChatError } from '../../ai-agent/chat-error.ts';
import type { ChatModel } from '../../ai-agent/chat-model.ts';
import type { AiSettings, ProviderSettings } from '../ai-settings.ts';
import type { Catalogue, CatalogueProvider, ModelCheck } from './catalogue.ts';
import { chooseModel } from './choose-model.ts';
import { listProvider, presumedTraits } from './list-provider.ts';
import { openProvider } from './open-provider.ts';
import { chatErrorWithin } from './time-limit.ts';

/** In milliseconds. */
const LIST_LIMIT = 10_000;
/** A local server may have to load the model first. */
const CHECK_LIMIT = 120_000;
const FRESH = 60_000;
/** What went wrong is asked again soon: somebody may be mending it. */
const FRESH_PROBLEM = 5_000;

const TINY_QUESTION = {
  instructions: '',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Answer with the one word "yes".' }] }],
  tools: [],
} as const;

interface Listing {
  readonly asked: Promise<CatalogueProvider>;
  /** Null while it is being asked. */
  freshUntil: number | null;
}

/** Which models there are, asked of the providers and remembered for a while; and each of them, ready to be asked. */
export class ModelCatalogue {
  readonly #settings: Pick<AiSettings, 'providers' | 'defaultModel'>;
  readonly #now: () => number;
  /** By the provider's id. */
  readonly #listings = new Map<string, Listing>();

  constructor(settings: Pick<AiSettings, 'providers' | 'defaultModel'>, now: () => number = Date.now) {
    this.#settings = settings;
    this.#now = now;
  }

  /** @param options.refresh asks the providers, whatever is remembered */
  async list({ refresh = false }: { readonly refresh?: boolean } = {}): Promise<Catalogue> {
    const { providers: all, defaultModel } = this.#settings;
    const listed = await Promise.all(all.map((settings) => this.#listed(settings, refresh)));
    // Ollama, where nobody asked for it and it is not there, is no news to who has another provider.
    const providers = listed.filter(
      ({ problem }, at) => !(all[at]?.isGuess === true && problem?.code === 'unreachable' && all.length > 1),
    );
    return { providers, defaultModel: chooseModel(defaultModel, providers) };
  }

  /** @throws ChatError where there is no such provider, or it cannot be used as it is configured */
  async open(id: string): Promise<ChatModel> {
    const [providerId = '', name = ''] = id.split(/:(.*)/s);
    const settings = this.#settings.providers.find((provider) => provider.id === providerId);
    if (settings === undefined || name === '') {
      const known = this.#settings.providers.map((provider) => provider.id).join(', ');
      throw new ChatError(
        'unknown-model',
        `There is no model ${id}: a model is PROVIDER:MODEL, and the providers are ${known}.`,
      );
    }
    if (settings.problem !== null) throw new ChatError('refused', settings.problem);
    const { models } = await this.#listed(settings, false);
    // Ollama's own short form.
    const listed = models.find((model) => model.name === name || model.name === `${name}:latest`);
    return openProvider(settings).model(name, listed ?? presumedTraits(settings, name));
  }

  /** Asks a model one tiny question, and stops at the beginning of the answer. */
  async check(id: string): Promise<ModelCheck> {
    const began = this.#now();
    const signal = AbortSignal.timeout(CHECK_LIMIT);
    try {
      const model = await this.open(id);
      const answer = model.ask(TINY_QUESTION, signal)[Symbol.asyncIterator]();
      await answer.next();
      await answer.return?.();
      return { works: true, milliseconds: this.#now() - began };
    } catch (error) {
      const { code, message } = chatErrorWithin(CHECK_LIMIT, signal, error, id);
      return { works: false, code, message };
    }
  }

  async #listed(settings: ProviderSettings, refresh: boolean): Promise<CatalogueProvider> {
    const known = this.#listings.get(settings.id);
    const isFresh =
      known !== undefined && (known.freshUntil === null || (!refresh && known.freshUntil > this.#now()));
    if (isFresh) return known.asked;
    const listing: Listing = { asked: listProvider(settings, LIST_LIMIT), freshUntil: null };
    this.#listings.set(settings.id, listing);
    try {
      const provider = await listing.asked;
      listing.freshUntil = this.#now() + (provider.problem === null ? FRESH : FRESH_PROBLEM);
      return provider;
    } catch (error) {
      this.#listings.delete(settings.id);
      throw error;
    }
  }
}
