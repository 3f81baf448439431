/** Runs something that is asked for often only so often: `delay` milliseconds after the first of several requests. */
export class Coalesced {
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly run: () => void,
    private readonly delay: number,
  ) {}

  request(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.run();
    }, this.delay);
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
