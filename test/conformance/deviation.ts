/** An answer unlike jupyter_server's, on purpose. `docs/differences.md` tells people of those that they may notice. */
export interface Deviation {
  readonly because: string;
  /**
   * Our values of the fields that differ: `status`, `reason`, `body` or `header <name>`; undefined where we send none.
   * Vitest's asymmetric matchers are taken.
   */
  readonly ours: Readonly<Record<string, unknown>>;
}
