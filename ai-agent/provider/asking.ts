import { explained, type SdkFailure } from './explained.ts';
import type { ModelSettings } from './provider-endpoint.ts';

/**
 * Goes through what is opened. Whoever stops listening ends the request, aborting the signal too: then what it was aborted with is
 * thrown. @throws ChatError for all that a provider does wrong
 */
export async function* streaming<Piece>(
  open: (signal: AbortSignal) => AsyncIterable<Piece>,
  settings: ModelSettings,
  sdkFailure: SdkFailure,
  signal: AbortSignal,
): AsyncGenerator<Piece, void, undefined> {
  const ending = new AbortController();
  try {
    signal.throwIfAborted();
    for await (const piece of open(AbortSignal.any([signal, ending.signal]))) {
      yield piece;
      // What has arrived already is not given out any more.
      signal.throwIfAborted();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw explained(error, settings, sdkFailure);
  } finally {
    ending.abort();
  }
}

/** The same for one answer. */
export async function answering<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  settings: ModelSettings,
  sdkFailure: SdkFailure,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    signal.throwIfAborted();
    return await ask(signal);
  } catch (error) {
    signal.throwIfAborted();
    throw explained(error, settings, sdkFailure);
  }
}
