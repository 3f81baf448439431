/** So many ids are told; a server asks for those of the last moments. */
const KEPT = 1000;
const MOST_CLIENTS = 16;

/**
 * What a kernel was handed, so that a message that comes again is not sent again. In memory alone: a hosted kernel does not
 * outlive its host.
 */
export class HandedOver {
  readonly #numbers = new Map<string, number>();
  /** In the order in which they were handed over. */
  #ids: string[] = [];

  /** The last number of a client; 0 if there is none. */
  lastOf(clientId: string): number {
    return this.#numbers.get(clientId) ?? 0;
  }

  get messageIds(): readonly string[] {
    return this.#ids.slice(-KEPT);
  }

  /** Only the last clients may come again with what they sent. */
  note(clientId: string, number: number): void {
    this.#numbers.delete(clientId);
    this.#numbers.set(clientId, number);
    if (this.#numbers.size > MOST_CLIENTS) this.#numbers.delete(this.#numbers.keys().next().value ?? '');
  }

  noteId(messageId: string): void {
    this.#ids.push(messageId);
    if (this.#ids.length > 2 * KEPT) this.#ids = this.#ids.slice(-KEPT);
  }
}
