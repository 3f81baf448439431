import {
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
  type Awareness,
} from 'y-protocols/awareness';

interface AwarenessChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

/** The server takes somebody for gone of whom it has heard nothing for 30 s. */
const RENEW_AFTER = 14_000;

/** Carries an awareness to the server and back. */
export class AwarenessLink {
  readonly #awareness: Awareness;
  readonly #send: (update: Uint8Array) => void;

  /** @param send does nothing while there is no connection */
  constructor(awareness: Awareness, send: (update: Uint8Array) => void) {
    this.#awareness = awareness;
    this.#send = send;
    awareness.on('update', this.#onUpdate);
  }

  receive(update: Uint8Array): void {
    applyAwarenessUpdate(this.#awareness, update, this);
  }

  /** There is a connection: who was told of this page before has forgotten it. */
  connected(): void {
    this.#awareness.setLocalState(this.#awareness.getLocalState());
  }

  /** To be called every 10 s, by what works in a hidden tab too: its timers hardly do, and its people are still here. */
  renew(): void {
    const told = this.#awareness.meta.get(this.#awareness.clientID)?.lastUpdated ?? 0;
    if (this.#awareness.getLocalState() !== null && Date.now() - told > RENEW_AFTER) this.connected();
  }

  /** Nobody knows of the others any more. */
  disconnected(): void {
    const others = [...this.#awareness.getStates().keys()].filter((id) => id !== this.#awareness.clientID);
    removeAwarenessStates(this.#awareness, others, this);
    // They come back under the same clock, which would be taken for old news.
    for (const id of others) this.#awareness.meta.delete(id);
  }

  close(): void {
    this.#awareness.off('update', this.#onUpdate);
  }

  readonly #onUpdate = ({ added, updated, removed }: AwarenessChange, origin: unknown): void => {
    const { clientID } = this.#awareness;
    const isOwn = [...added, ...updated, ...removed].includes(clientID);
    if (isOwn && origin !== this) this.#send(encodeAwarenessUpdate(this.#awareness, [clientID]));
  };
}
