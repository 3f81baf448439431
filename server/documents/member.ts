import type { Membership, Participant } from '../shared-document.ts';

/** What a member asks of its room. */
interface Room {
  receive(update: Uint8Array, from: Member): void;
  committed(): Promise<void>;
  receiveAwareness(update: Uint8Array, from: Member): void;
  leave(member: Member): void;
}

/** One participant's place in a room, and the origin of its transactions. */
export class Member implements Membership {
  readonly participant: Participant;
  readonly #room: Room;

  constructor(room: Room, participant: Participant) {
    this.#room = room;
    this.participant = participant;
  }

  async receive(update: Uint8Array): Promise<void> {
    this.#room.receive(update, this);
    await this.#room.committed();
  }

  receiveAwareness(update: Uint8Array): void {
    this.#room.receiveAwareness(update, this);
  }

  leave(): void {
    this.#room.leave(this);
  }
}
