/**
 * Group commit: what is added while a commit is under way goes together into the next one. After a commit that failed,
 * nothing more is committed.
 */
export class CommitQueue<Entry> {
  readonly #commit: (entries: readonly Entry[]) => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  #waiting: Entry[] = [];
  #next: PromiseWithResolvers<void> | null = null;
  #underWay: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(commit: (entries: readonly Entry[]) => Promise<void>, onFailure: (error: unknown) => void) {
    this.#commit = commit;
    this.#onFailure = onFailure;
  }

  add(entry: Entry): void {
    if (this.#failure !== null) return;
    this.#waiting.push(entry);
    if (this.#next !== null) return;
    this.#next = Promise.withResolvers();
    this.#next.promise.catch(() => undefined); // whoever asks is told
    if (this.#underWay === null) void this.#run();
  }

  /** Resolves once everything that was added until now is committed. @throws what the commit failed with */
  async committed(): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error;
    await (this.#next?.promise ?? this.#underWay);
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // what one turn of the event loop adds goes together
    for (let batch = this.#take(); batch !== null; batch = this.#take()) {
      this.#underWay = batch.promise;
      try {
        await this.#commit(batch.entries);
        batch.resolve();
      } catch (error) {
        this.#failure = { error };
        batch.reject(error);
        this.#take()?.reject(error);
        this.#onFailure(error);
      }
      this.#underWay = null;
    }
  }

  #take(): (PromiseWithResolvers<void> & { readonly entries: readonly Entry[] }) | null {
    const next = this.#next;
    if (next === null) return null;
    const entries = this.#waiting;
    this.#waiting = [];
    this.#next = null;
    return { ...next, entries };
  }
}
