import type { OfferedModel } from '../model-provider.ts';
import { canChat, isKnownToTakeImages, knownContextTokens } from '../provider/known-models.ts';

/** What servers add to OpenAI's own entry of a model, which has an id and nothing else of use. */
export interface ListedModel {
  readonly id: string;
  /** Groq: it is switched on. */
  readonly active?: boolean;
  /** Groq. */
  readonly context_window?: unknown;
  /** OpenRouter. */
  readonly context_length?: unknown;
  /** vLLM. */
  readonly max_model_len?: unknown;
  /** llama.cpp. */
  readonly meta?: { readonly n_ctx?: unknown; readonly n_ctx_train?: unknown } | null;
  /** OpenRouter. */
  readonly architecture?: { readonly input_modalities?: unknown } | null;
  /** OpenRouter. */
  readonly supported_parameters?: unknown;
}

export function offeredModels(listed: readonly ListedModel[]): OfferedModel[] {
  return listed.filter(({ id, active }) => canChat(id) && active !== false).map(offeredModel);
}

function offeredModel(listed: ListedModel): OfferedModel {
  const { id, architecture, supported_parameters: parameters } = listed;
  const modalities = architecture?.input_modalities;
  const contexts = [
    listed.context_window,
    listed.context_length,
    listed.max_model_len,
    listed.meta?.n_ctx,
    listed.meta?.n_ctx_train,
  ];
  return {
    name: id,
    takesImages: Array.isArray(modalities) ? modalities.includes('image') : isKnownToTakeImages(id) || null,
    takesTools: Array.isArray(parameters) ? parameters.includes('tools') : null,
    contextTokens:
      contexts.find((each): each is number => typeof each === 'number' && each > 0) ?? knownContextTokens(id),
  };
}
