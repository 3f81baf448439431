import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs';
import { encodeAwarenessUpdate } from 'y-protocols/awareness';
import type { Teller } from '../shared-awareness.ts';
import { SharedAwareness } from '../shared-awareness.ts';
import type { RoomConnection } from './room-connection.ts';
import { awarenessFrame, step1Frame, step2Frame, updateFrame } from './room-frame.ts';
import { readRoomMessage } from './room-message.ts';
import type { RoomMessage } from './room-message.ts';

/** Of updates in one room: what is no file's is kept in memory alone. */
const MOST_BYTES = 256 * 1024 * 1024;

/** A room that is no file's: who is here, a fork, a look into the past. Nothing of it is stored (I8). */
export class TransientRoom {
  readonly ydoc: Doc;
  readonly #sockets = new Set<TransientSocket>();
  readonly #awareness: SharedAwareness<TransientSocket>;
  #bytes = 0;

  constructor(ydoc: Doc = new Doc()) {
    this.ydoc = ydoc;
    this.#awareness = new SharedAwareness((update, owner) => {
      const frame = awarenessFrame(update);
      for (const socket of this.#sockets) if (socket !== owner) socket.connection.send(frame);
    });
    ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      this.#bytes += update.length;
      for (const socket of this.#sockets) if (socket !== origin) socket.connection.send(updateFrame(update));
    });
  }

  get isEmpty(): boolean {
    return this.#sockets.size === 0;
  }

  get isFull(): boolean {
    return this.#bytes > MOST_BYTES;
  }

  join(connection: RoomConnection, actor: string, mayWrite: () => boolean): TransientSocket {
    const socket: TransientSocket = new TransientSocket({
      ...{ room: this, connection, actor, mayWrite, awareness: this.#awareness },
      onLeft: () => this.#sockets.delete(socket),
    });
    this.#sockets.add(socket);
    connection.send(step1Frame(encodeStateVector(this.ydoc)));
    const { awareness } = this.#awareness;
    const present = [...awareness.getStates().keys()];
    if (present.length > 0) connection.send(awarenessFrame(encodeAwarenessUpdate(awareness, present)));
    return socket;
  }

  /** Idempotent. */
  close(code: number, reason: string): void {
    for (const socket of this.#sockets) socket.connection.close(code, reason);
    this.#awareness.close();
    this.ydoc.destroy();
  }
}

interface TransientPlace {
  readonly room: TransientRoom;
  readonly connection: RoomConnection;
  readonly actor: string;
  readonly mayWrite: () => boolean;
  readonly awareness: SharedAwareness<TransientSocket>;
  readonly onLeft: () => void;
}

/** One client in it. */
export class TransientSocket implements Teller {
  readonly connection: RoomConnection;
  readonly actor: string;
  readonly #place: TransientPlace;

  constructor(place: TransientPlace) {
    this.connection = place.connection;
    this.actor = place.actor;
    this.#place = place;
  }

  receive(data: Uint8Array): void {
    try {
      this.#receive(readRoomMessage(data));
    } catch {
      // Yjs throws whatever its decoder ran into.
      this.connection.close(1007, 'Not a message of a room');
    }
  }

  /** Idempotent. */
  left(): void {
    this.#place.onLeft();
    this.#place.awareness.leave(this);
  }

  #receive(message: RoomMessage): void {
    const { room, mayWrite, awareness } = this.#place;
    switch (message.kind) {
      case 'sync-step-1':
        return this.connection.sendState(step2Frame(encodeStateAsUpdate(room.ydoc, message.stateVector)));
      case 'sync-step-2':
      case 'update':
        if (isEmptyUpdate(message.update)) return;
        if (!mayWrite()) return this.connection.close(1008, 'This may be read and not changed');
        if (room.isFull) return this.connection.close(1009, 'There is too much in this room');
        return applyUpdate(room.ydoc, message.update, this);
      case 'awareness':
        awareness.receive(message.update, this);
        if (message.saysMoreThanGoodbye) this.connection.send(awarenessFrame(message.update));
        return;
      case 'save':
      case 'unknown':
        return;
    }
  }
}

/** No structs, nothing deleted. */
function isEmptyUpdate(update: Uint8Array): boolean {
  return update.length === 2 && update[0] === 0 && update[1] === 0;
}
