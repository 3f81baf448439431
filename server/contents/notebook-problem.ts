/** The first breach of the notebook format that was found. */
export interface NotebookProblem {
  /** What is wrong, in JSON schema's words. */
  readonly what: string;
  /** The schema keyword that is broken: `required`, `type`, … */
  readonly keyword: string;
  /** The part of the format: `notebook`, `code_cell`, `stream`, … */
  readonly part: string;
  /** Within the part: `['properties']['source']`. */
  readonly within: readonly string[];
  /** From the notebook to the value. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** Where in the notebook a check stands. */
export interface Place {
  readonly part: string;
  readonly within: readonly string[];
  readonly path: readonly (string | number)[];
}

export const inProperty = (place: Place, key: string): Place => ({
  part: place.part,
  within: [...place.within, 'properties', key],
  path: [...place.path, key],
});

export const problem = (what: string, keyword: string, place: Place, value: unknown): NotebookProblem => ({
  what,
  keyword,
  ...place,
  value,
});
