import type { ModelTraits, OfferedModel } from '../../ai-agent/model-provider.ts';
import { isKnownToTakeImages, knownContextTokens } from '../../ai-agent/provider/known-models.ts';
import type { ProviderSettings } from '../ai-settings.ts';
import type { CatalogueModel, CatalogueProvider } from './catalogue.ts';
import { openProvider } from './open-provider.ts';
import { chatErrorWithin } from './time-limit.ts';

/** Asks a provider for its models, and says why it gives none. Never throws for what the provider does. */
export async function listProvider(settings: ProviderSettings, limit: number): Promise<CatalogueProvider> {
  const { id, name, problem, models: configured } = settings;
  if (problem !== null)
    return { id, name, problem: { code: 'not-configured', message: problem }, models: [] };
  const signal = AbortSignal.timeout(limit);
  try {
    const offered = await openProvider(settings, limit).list(signal);
    const models = withConfigured(settings, offered);
    return { id, name, problem: models.length === 0 ? noModels(settings) : null, models };
  } catch (error) {
    const { code, message } = chatErrorWithin(limit, signal, error, name);
    // A server without a list of its models has those that the configuration names.
    const hasNoList = code === 'refused' || code === 'unreadable-answer';
    if (hasNoList && configured.size > 0) {
      return { id, name, problem: null, models: withConfigured(settings, []) };
    }
    return { id, name, problem: { code, message }, models: [] };
  }
}

/** Of a model that no list tells of. */
export function presumedTraits({ models }: ProviderSettings, modelName: string): ModelTraits {
  const configured = models.get(modelName);
  return {
    takesImages: configured?.takesImages ?? isKnownToTakeImages(modelName),
    contextTokens: configured?.contextTokens ?? knownContextTokens(modelName),
  };
}

function withConfigured(settings: ProviderSettings, offered: readonly OfferedModel[]): CatalogueModel[] {
  const others = [...settings.models.keys()].filter((name) => !offered.some((each) => each.name === name));
  const unlisted = others.map((name) => ({ name, takesImages: null, takesTools: null, contextTokens: null }));
  return [...offered, ...unlisted].map((model) => catalogueModel(settings, model));
}

function catalogueModel(settings: ProviderSettings, { name, ...said }: OfferedModel): CatalogueModel {
  const configured = settings.models.get(name);
  const presumed = presumedTraits(settings, name);
  return {
    id: `${settings.id}:${name}`,
    name,
    takesImages: configured?.takesImages ?? said.takesImages ?? presumed.takesImages,
    takesTools: said.takesTools,
    contextTokens: configured?.contextTokens ?? said.contextTokens ?? presumed.contextTokens,
    inputPrice: configured?.inputPrice ?? null,
    outputPrice: configured?.outputPrice ?? null,
  };
}

function noModels({ api, name }: ProviderSettings): { readonly code: string; readonly message: string } {
  const how =
    api === 'ollama' ? 'Get one with `ollama pull`, for instance `ollama pull qwen3`.' : 'Load one there.';
  return { code: 'no-models', message: `${name} has no models yet. ${how}` };
}
