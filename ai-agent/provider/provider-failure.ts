/** What went wrong between us and a provider, before it is explained to people. No text in it has a key in it. */
export type ProviderFailure =
  /** It answered with an HTTP status that says no. */
  | {
      readonly kind: 'status';
      readonly status: number;
      /** The beginning of it. */
      readonly body: string;
      readonly isWebPage: boolean;
      /** In milliseconds, by a header. */
      readonly retryAfter: number | null;
    }
  /** It said in the middle of a stream that it failed: the JSON of that. */
  | { readonly kind: 'said'; readonly body: string }
  /** `code` is that of the system or of Node's web client: `ECONNREFUSED`. */
  | { readonly kind: 'no-connection'; readonly code: string | null }
  /** The connection ended before the answer did. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'silent'; readonly limit: number }
  | { readonly kind: 'unreadable'; readonly what: string };

/** Carries a failure through a provider's SDK. */
export class ProviderFailed extends Error {
  override readonly name = 'ProviderFailed';
  readonly failure: ProviderFailure;

  constructor(failure: ProviderFailure) {
    super(`${failure.kind}${'status' in failure ? ` ${failure.status}` : ''}`);
    this.failure = failure;
  }
}

/** The failure that an SDK threw or wrapped; null where it is an error of its own. */
export function failureIn(error: unknown): ProviderFailure | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof ProviderFailed) return each.failure;
  }
  return null;
}
