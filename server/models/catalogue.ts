/** A model that can be asked. */
export interface CatalogueModel {
  /** `provider:name`. */
  readonly id: string;
  /** As its provider calls it. */
  readonly name: string;
  readonly takesImages: boolean;
  /** Null: nobody says. */
  readonly takesTools: boolean | null;
  readonly contextTokens: number | null;
  /** For a million tokens, where the configuration says it. */
  readonly inputPrice: number | null;
  readonly outputPrice: number | null;
}

export interface CatalogueProvider {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Why there is nothing of it, and what to do; null where it works. */
  readonly problem: { readonly code: string; readonly message: string } | null;
  readonly models: readonly CatalogueModel[];
}

export interface Catalogue {
  readonly providers: readonly CatalogueProvider[];
  /** The id of the model to begin with; null where there is none. */
  readonly defaultModel: string | null;
}

export type ModelCheck =
  | { readonly works: true; readonly milliseconds: number }
  | { readonly works: false; readonly code: string; readonly message: string };
