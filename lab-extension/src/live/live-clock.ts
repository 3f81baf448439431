/** Time and chance, as the live socket sees them. */
export interface LiveClock {
  /** Milliseconds. */
  now(): number;
  /** @returns cancels it */
  after(milliseconds: number, call: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
}

export const browserClock: LiveClock = {
  now: () => Date.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
