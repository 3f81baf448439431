/** Runs steps one after another, each when the one before has ended, however that ended. */
export class StepSequence {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as the step does. */
  run<T>(step: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(step);
    // The step's own caller hears of its failure; the next one must start all the same.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
