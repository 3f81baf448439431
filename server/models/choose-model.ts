import type { CatalogueProvider } from './catalogue.ts';

/** What a person begins with: what the configuration says, or else the first model that can use tools, or at all be asked. */
export function chooseModel(
  configured: string | null,
  providers: readonly CatalogueProvider[],
): string | null {
  if (configured !== null) return configured;
  const models = providers.flatMap((provider) => provider.models);
  const best = models.find(({ takesTools }) => takesTools === true);
  return (best ?? models.find(({ takesTools }) => takesTools !== false))?.id ?? null;
}
