/** What a `stream` message prints. */
export interface Printed {
  /** `stdout` or `stderr`. */
  readonly name: string;
  readonly text: string;
}

/** @param content of a `stream` message; null for one that says more than a text, or is none */
export function readPrinted(content: string): Printed | null {
  try {
    const { name, text, ...others } = JSON.parse(content) as Record<string, unknown>;
    const isPrinted =
      typeof name === 'string' && typeof text === 'string' && Object.keys(others).length === 0;
    return isPrinted ? { name, text } : null;
  } catch {
    return null;
  }
}
