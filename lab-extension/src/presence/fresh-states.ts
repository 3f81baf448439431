import type { Awareness } from 'y-protocols/awareness';

/** Milliseconds. Pages repeat themselves every 15 to 18 seconds; one that has been silent for longer than this is gone. */
const GONE_AFTER = 25_000;

/**
 * Awareness states of pages that are still there. y-protocols itself drops the silent after up to 33 s, and we promise 30.
 */
export function freshStates(
  awareness: Awareness,
  now: number,
): Map<number, Readonly<Record<string, unknown>>> {
  const fresh = new Map<number, Readonly<Record<string, unknown>>>();
  for (const [client, state] of awareness.getStates()) {
    const heard = awareness.meta.get(client)?.lastUpdated ?? now;
    if (client === awareness.clientID || now - heard < GONE_AFTER) fresh.set(client, state);
  }
  return fresh;
}
