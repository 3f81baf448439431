/** Somebody who types at the end of a line of their own, letter by letter, in a notebook that another one has open too. */
export interface Typist {
  /** All that was typed so far, the letter under way included. */
  readonly typed: string;
  /** Begins to type and goes on. */
  begin(): void;
  /** Resolves once the last letter is in. */
  stop(): Promise<void>;
  /** What this one sees in each line. */
  lines(): Promise<readonly string[]>;
  /** The network of this one is gone; typing goes on. */
  cutOff(): void;
  /** Begins to connect again, and does not wait. */
  reconnect(): void;
  close(): Promise<void>;
}

/** Where somebody types: a line that begins with their name. */
export const LINES = ['# ada: ', '# ben: '] as const;

/** What is typed: numbers, so that each letter's place can be told. */
export function letterAt(index: number): string {
  let number = 0;
  let at = index;
  for (let word = `${number} `; at >= word.length; word = `${number} `) {
    at -= word.length;
    number += 1;
  }
  return `${number} `.charAt(at);
}
