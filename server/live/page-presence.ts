import { encodeAwarenessUpdate } from 'y-protocols/awareness';
import { SharedAwareness } from '../shared-awareness.ts';
import type { Teller } from '../shared-awareness.ts';

/** A page that hears who is here. */
export interface PresentPage extends Teller {
  presenceUpdated(update: Uint8Array): void;
}

/** Who is here, whatever they have open: the awareness of all pages. Never stored (I8). */
export class PagePresence {
  readonly #pages = new Set<PresentPage>();
  readonly #shared = new SharedAwareness<PresentPage>((update, from) => {
    for (const page of this.#pages) if (page !== from) page.presenceUpdated(update);
  });

  /** The page hears of those who are here already. */
  join(page: PresentPage): void {
    const { awareness } = this.#shared;
    const present = [...awareness.getStates().keys()];
    if (present.length > 0) page.presenceUpdated(encodeAwarenessUpdate(awareness, present));
    this.#pages.add(page);
  }

  /** @throws DocumentError `malformed-update` */
  receive(update: Uint8Array, page: PresentPage): void {
    this.#shared.receive(update, page);
  }

  /** Idempotent. */
  leave(page: PresentPage): void {
    if (this.#pages.delete(page)) this.#shared.leave(page);
  }

  close(): void {
    this.#shared.close();
  }
}
