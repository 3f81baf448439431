/** Jupyter's numbers (contract §8). */
const RESTART_LIMIT = 5;
const STABLE_AFTER = 10_000;

/** What is remembered of a kernel's earlier deaths. */
export interface RestartHistory {
  readonly consecutiveDeaths: number;
  /** Whether it has ever lived long enough for its ports to be beyond suspicion. */
  readonly wasStable: boolean;
}
export const NO_DEATHS: RestartHistory = { consecutiveDeaths: 0, wasStable: false };

export type RestartDecision =
  | { readonly kind: 'restart'; readonly newPorts: boolean; readonly history: RestartHistory }
  | { readonly kind: 'give-up' };

/**
 * A kernel that died is restarted, but not for ever. One that never lived for long may have met a taken port, so
 * it gets new ones.
 * @param lifetime how long the dead process ran, in milliseconds
 */
export function decideRestart(history: RestartHistory, lifetime: number): RestartDecision {
  const stable = lifetime >= STABLE_AFTER;
  const consecutiveDeaths = stable ? 1 : history.consecutiveDeaths + 1;
  if (consecutiveDeaths > RESTART_LIMIT) return { kind: 'give-up' };
  const wasStable = history.wasStable || stable;
  return { kind: 'restart', newPorts: !wasStable, history: { consecutiveDeaths, wasStable } };
}
