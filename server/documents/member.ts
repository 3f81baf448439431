import type { Membership, Participant } from '../shared-document.ts';
import type { DecodedUpdate } from './update-check.ts';

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
  /** The update that is being applied for it; null at all other times. */
  received: DecodedUpdate | null = null;
  readonly #room: Room;

  constructor(room: Room, participant: Participant) {
    this.#room = room;
    this.participant = participant;
  }

  get actor(): string {
    return this.participant.actor;
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
