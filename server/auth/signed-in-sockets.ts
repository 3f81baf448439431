import type { Duplex } from 'node:stream';

/** The websockets of people whom a login cookie names: they end when somebody logs out (I7). */
export class SignedInSockets {
  readonly #ofPeople = new Map<string, Set<Duplex>>();

  opened(username: string, socket: Duplex): void {
    const sockets = this.#ofPeople.get(username) ?? new Set();
    this.#ofPeople.set(username, sockets.add(socket));
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0 && this.#ofPeople.get(username) === sockets) this.#ofPeople.delete(username);
    });
  }

  /** Without a goodbye: whoever comes again is asked for token or cookie. */
  signedOut(username: string): void {
    for (const socket of this.#ofPeople.get(username) ?? []) socket.destroy();
  }
}
