/** A number literal that a double cannot carry: it keeps its digits through `JSON.stringify`. */
export interface ExactNumber {
  readonly rawJSON: string;
}

// ECMAScript's "JSON.parse source text access", in every supported Node but not yet in TypeScript's library.
const json = JSON as unknown as {
  rawJSON(text: string): ExactNumber;
  isRawJSON(value: unknown): value is ExactNumber;
};

/** @param text a JSON number, as Python would write it */
export const exactNumber = (text: string): ExactNumber => json.rawJSON(text);

export const isExactNumber = (value: unknown): value is ExactNumber => json.isRawJSON(value);
