/** What was done when, so that a fault can be told as a story. */
export class Trace {
  readonly #lines: string[] = [];
  readonly #begun = Date.now();

  note(text: string): void {
    this.#lines.push(`${((Date.now() - this.#begun) / 1000).toFixed(2)} s: ${text}`);
  }

  /** What was done with a cell, and what happened to everybody. */
  about(cellId: string): string[] {
    return this.#lines.filter((line) => line.endsWith(' *') || line.includes(` ${cellId}`));
  }
}
