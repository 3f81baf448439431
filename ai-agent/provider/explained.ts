import { ChatError } from '../chat-error.ts';
import { chatErrorOf } from './chat-error-of.ts';
import type { ModelSettings } from './provider-endpoint.ts';
import { failureIn, type ProviderFailure } from './provider-failure.ts';
import { withoutSecrets } from './without-secrets.ts';

/** The failure behind an SDK's own error, where it is one that the SDK alone sees; null otherwise. */
export type SdkFailure = (error: unknown) => ProviderFailure | null;

/** What was thrown while a provider was asked, for people. The SDK's error itself goes no further: it can hold headers. */
export function explained(error: unknown, settings: ModelSettings, sdkFailure: SdkFailure): ChatError {
  if (error instanceof ChatError) return error;
  const failure = failureIn(error) ?? sdkFailure(error) ?? unforeseen(error);
  return chatErrorOf(cleaned(failure, settings.endpoint.key), settings);
}

function unforeseen(error: unknown): ProviderFailure {
  if (error instanceof SyntaxError) return { kind: 'unreadable', what: 'its answer is not JSON' };
  const what = error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)}` : typeof error;
  return { kind: 'unreadable', what: `its answer is wrong (${what})` };
}

/** What a status came with is clean from the beginning. */
function cleaned(failure: ProviderFailure, key: string | null): ProviderFailure {
  if (failure.kind === 'said') return { ...failure, body: withoutSecrets(failure.body, [key]) };
  if (failure.kind === 'unreadable') return { ...failure, what: withoutSecrets(failure.what, [key]) };
  return failure;
}
