/** Runs what concerns one key one after another, and different keys side by side. */
export class KeyedLock {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    // A failed task has told its own caller; the next one starts all the same.
    const run = before === undefined ? task() : before.then(task, task);
    this.#last.set(key, run);
    try {
      return await run;
    } finally {
      if (this.#last.get(key) === run) this.#last.delete(key);
    }
  }

  /** Runs what concerns several keys. They are taken in one order, so that no two tasks wait for each other. */
  runAll<T>(keys: readonly string[], task: () => Promise<T>): Promise<T> {
    const inOrder = [...new Set(keys)].sort();
    return inOrder.reduceRight((inner, key) => () => this.run(key, inner), task)();
  }
}
