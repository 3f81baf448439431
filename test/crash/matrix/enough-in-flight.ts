const IDLE_SHARE = 0.05;

/** Kills that hit nothing prove nothing. @returns what to say where there were too many; null for none */
export function enoughInFlight(results: readonly { readonly wasInFlight: boolean }[]): string | null {
  const idle = results.filter(({ wasInFlight }) => !wasInFlight).length;
  if (idle <= results.length * IDLE_SHARE) return null;
  return `In ${idle} of ${results.length} rounds nothing was in flight: this proves too little.`;
}
