/**
 * Where we answer unlike jupyter_server, on purpose. A row names a request by its test's name; a field is `status`,
 * `reason`, `body` or `header <name>`. What is not listed here and differs is a failure.
 */
export interface Deviation {
  readonly row: string | RegExp;
  readonly fields: readonly string[];
  readonly reason: string;
}

export const deviations: readonly Deviation[] = [];
