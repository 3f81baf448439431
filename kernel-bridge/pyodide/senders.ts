/** More requests than this are not answered late. */
const MOST = 10_000;

/** Who asked what, so that a reply goes to them: Python knows requests, and ZeroMQ whoever sent them. */
export class Senders {
  readonly #identities = new Map<string, readonly Buffer[]>();
  /** Done, but kept for one more request: a reply may come after `idle`. */
  #done: string | null = null;

  asked(messageId: string, identities: readonly Buffer[]): void {
    this.#identities.set(messageId, identities);
    const [oldest] = this.#identities.keys();
    if (this.#identities.size > MOST && oldest !== undefined) this.#identities.delete(oldest);
  }

  of(messageId: string): readonly Buffer[] | null {
    return this.#identities.get(messageId) ?? null;
  }

  /** The kernel has done what was asked. */
  idle(messageId: string): void {
    if (this.#done !== null) this.#identities.delete(this.#done);
    this.#done = messageId;
  }
}
