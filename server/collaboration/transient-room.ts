import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs';
import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness';
import type { RoomConnection } from './room-connection.ts';
import { awarenessFrame, step1Frame, step2Frame, updateFrame } from './room-frame.ts';
import { readRoomMessage } from './room-message.ts';
import type { RoomMessage } from './room-message.ts';

/** Of updates in one room: what is no file's is kept in memory alone. */
const MOST_BYTES = 256 * 1024 * 1024;

interface AwarenessChange {
  readonly added: number[];
  readonly updated: number[];
  readonly removed: number[];
}

/** A room that is no file's: who is here, a fork, a look into the past. Nothing of it is stored (I8). */
export class TransientRoom {
  readonly ydoc: Doc;
  readonly #sockets = new Set<TransientSocket>();
  readonly #awareness: Awareness;
  #bytes = 0;

  constructor(ydoc: Doc = new Doc()) {
    this.ydoc = ydoc;
    this.#awareness = new Awareness(new Doc());
    this.#awareness.setLocalState(null);
    this.#awareness.on('update', ({ added, updated, removed }: AwarenessChange, origin: unknown) => {
      const changed = [...added, ...updated, ...removed];
      if (origin instanceof TransientSocket) origin.speaksFor(added, removed);
      const frame = awarenessFrame(encodeAwarenessUpdate(this.#awareness, changed));
      for (const socket of this.#sockets) if (socket !== origin) socket.connection.send(frame);
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

  join(connection: RoomConnection, mayWrite: () => boolean): TransientSocket {
    const socket: TransientSocket = new TransientSocket(this, connection, mayWrite, this.#awareness, () =>
      this.#sockets.delete(socket),
    );
    this.#sockets.add(socket);
    connection.send(step1Frame(encodeStateVector(this.ydoc)));
    const present = [...this.#awareness.getStates().keys()];
    if (present.length > 0) connection.send(awarenessFrame(encodeAwarenessUpdate(this.#awareness, present)));
    return socket;
  }

  /** Idempotent. */
  close(code: number, reason: string): void {
    for (const socket of this.#sockets) socket.connection.close(code, reason);
    this.#awareness.destroy();
    this.ydoc.destroy();
  }
}

/** One client in it. */
export class TransientSocket {
  readonly connection: RoomConnection;
  readonly #room: TransientRoom;
  readonly #mayWrite: () => boolean;
  readonly #awareness: Awareness;
  readonly #onLeft: () => void;
  readonly #clientIds = new Set<number>();

  constructor(
    room: TransientRoom,
    connection: RoomConnection,
    mayWrite: () => boolean,
    awareness: Awareness,
    onLeft: () => void,
  ) {
    this.#room = room;
    this.connection = connection;
    this.#mayWrite = mayWrite;
    this.#awareness = awareness;
    this.#onLeft = onLeft;
  }

  receive(data: Uint8Array): void {
    try {
      this.#receive(readRoomMessage(data));
    } catch {
      // Yjs throws whatever its decoder ran into.
      this.connection.close(1007, 'Not a message of a room');
    }
  }

  speaksFor(added: readonly number[], removed: readonly number[]): void {
    for (const id of added) this.#clientIds.add(id);
    for (const id of removed) this.#clientIds.delete(id);
  }

  /** Idempotent. */
  left(): void {
    this.#onLeft();
    removeAwarenessStates(this.#awareness, [...this.#clientIds], null);
  }

  #receive(message: RoomMessage): void {
    switch (message.kind) {
      case 'sync-step-1':
        return this.connection.sendState(
          step2Frame(encodeStateAsUpdate(this.#room.ydoc, message.stateVector)),
        );
      case 'sync-step-2':
      case 'update':
        if (isEmptyUpdate(message.update)) return;
        if (!this.#mayWrite()) return this.connection.close(1008, 'This may be read and not changed');
        if (this.#room.isFull) return this.connection.close(1009, 'There is too much in this room');
        return applyUpdate(this.#room.ydoc, message.update, this);
      case 'awareness':
        applyAwarenessUpdate(this.#awareness, message.update, this);
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
