import { Doc } from 'yjs';
import { HttpError } from '../http-error.ts';
import { TransientRoom } from './transient-room.ts';

const MOST_ROOMS = 1000;

/** Rooms that are no file's, by their ids. */
export class TransientRooms {
  readonly #rooms = new Map<string, TransientRoom>();
  /** Those that stay when nobody is in them. */
  readonly #kept = new Set<string>();

  /** The room, made where there is none; null where there are too many. */
  enter(roomId: string): TransientRoom | null {
    const present = this.#rooms.get(roomId);
    if (present !== undefined) return present;
    if (this.#rooms.size >= MOST_ROOMS) return null;
    const room = new TransientRoom(new Doc());
    this.#rooms.set(roomId, room);
    return room;
  }

  /** Somebody has left it. */
  left(roomId: string): void {
    const room = this.#rooms.get(roomId);
    if (room === undefined || !room.isEmpty || this.#kept.has(roomId)) return;
    this.#rooms.delete(roomId);
    room.close(1000, 'Nobody is here');
  }

  /** Makes one that stays until it is dropped. @throws HttpError 503 */
  keep(roomId: string, ydoc: Doc): void {
    if (this.#rooms.size >= MOST_ROOMS) throw new HttpError(503, 'There are too many rooms');
    this.#rooms.set(roomId, new TransientRoom(ydoc));
    this.#kept.add(roomId);
  }

  /** It need not stay any longer. */
  release(roomId: string): void {
    this.#kept.delete(roomId);
    this.left(roomId);
  }

  drop(roomId: string): void {
    this.#kept.delete(roomId);
    this.#rooms.get(roomId)?.close(1000, 'This room is gone');
    this.#rooms.delete(roomId);
  }

  /** Idempotent. */
  close(): void {
    for (const room of this.#rooms.values()) room.close(1012, 'The server is ending');
    this.#rooms.clear();
  }
}
