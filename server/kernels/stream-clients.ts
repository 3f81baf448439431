import { DepartedClients } from './departed-clients.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { Delivery, StreamClient } from './stream-client.ts';

/** Who listens to one kernel, and who did so lately. */
export class StreamClients {
  readonly #open = new Set<StreamClient>();
  readonly #left = new DepartedClients();

  get count(): number {
    return this.#open.size;
  }

  get all(): Iterable<StreamClient> {
    return this.#open;
  }

  /** One that has come back by another connection takes the place of the one before. */
  attach(client: StreamClient): void {
    this.#left.isBack(client.sessionId);
    for (const other of this.#open) {
      if (other.sessionId !== client.sessionId) continue;
      this.#open.delete(other);
      other.supersede();
    }
    this.#open.add(client);
  }

  detach(client: StreamClient): void {
    if (this.#open.delete(client)) this.#left.left(client.sessionId, client.progress);
  }

  deliver(deliveries: readonly Delivery[], through: number | null): void {
    for (const client of this.#open) client.deliver(deliveries, through);
  }

  /** What is kept nowhere. @param session null for all */
  tell(message: OutgoingMessage, session: string | null): void {
    for (const client of this.#open)
      if (session === null || client.sessionId === session)
        client.deliver([{ message, sequence: null }], null);
  }

  /** How far the one is that is furthest behind, also of those that may come back; `otherwise` where it is not less. */
  furthestBehind(otherwise: number): number {
    let through = otherwise;
    for (const { progress } of this.#open) through = Math.min(through, progress.received);
    return this.#left.furthestBehind(through);
  }
}
