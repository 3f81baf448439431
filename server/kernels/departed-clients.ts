import { BoundedMap } from './bounded-map.ts';
import type { ClientProgress } from './client-progress.ts';

/** A client that left and may come back. */
interface Departed {
  readonly progress: ClientProgress;
  /** In milliseconds since the epoch. */
  readonly time: number;
}

const REMEMBERED = 1000;
/** A laptop may be closed so long, in milliseconds. */
const EXPECTED_BACK = 7 * 24 * 60 * 60 * 1000;

/** How far clients are that left, by session. */
export class DepartedClients {
  readonly #clients = new BoundedMap<string, Departed>(REMEMBERED);

  left(sessionId: string, progress: ClientProgress): void {
    this.#clients.set(sessionId, { progress, time: Date.now() });
  }

  isBack(sessionId: string): void {
    this.#clients.take(sessionId);
  }

  /** Of those that left lately, how far the one is that is furthest behind; `otherwise` where it is not less. */
  furthestBehind(otherwise: number): number {
    let through = otherwise;
    for (const { progress, time } of this.#clients.values())
      if (time > Date.now() - EXPECTED_BACK) through = Math.min(through, progress.received);
    return through;
  }
}
