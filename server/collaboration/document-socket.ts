import { encodeStateVector } from 'yjs';
import { encodeAwarenessUpdate } from 'y-protocols/awareness';
import { DocumentError } from '../shared-document.ts';
import type { DocumentEnd, Membership, Participant, SharedDocument } from '../shared-document.ts';
import { endOfDocument, refused } from './close-reason.ts';
import type { RoomClose } from './close-reason.ts';
import { saysOnlyItsRoom } from './room-note.ts';
import type { RoomConnection } from './room-connection.ts';
import { awarenessFrame, rawFrame, step1Frame, step2Frame, updateFrame } from './room-frame.ts';
import { readRoomMessage } from './room-message.ts';
import type { RoomMessage } from './room-message.ts';

/** Of updates that are not in the log yet: more, and the client is read no further until they are. */
const MOST_UNCOMMITTED_BYTES = 16 * 1024 * 1024;
/** In milliseconds: a client that is there answers at once; one that sleeps does not. */
const BARRIER_PATIENCE = 1000;

export interface DocumentSocketOptions {
  readonly connection: RoomConnection;
  readonly document: SharedDocument;
  readonly roomId: string;
  readonly actor: string;
  /** Asked at every update (I7). */
  readonly mayWrite: () => boolean;
  /** Resolves once the file has what the document has now. @throws whatever keeps it from being written */
  readonly save: (document: SharedDocument) => Promise<void>;
  readonly failed: (error: unknown, message: string) => void;
}

/** A client of jupyter-collaboration in the room of a document: the conversation of contract §6.1. */
export class DocumentSocket implements Participant {
  readonly actor: string;
  readonly #options: DocumentSocketOptions;
  readonly #membership: Membership;
  #uncommittedBytes = 0;
  #wasAskedForAll = false;
  /** Who waits for all that the client has now. */
  #barrier: PromiseWithResolvers<void> | null = null;

  /** Joins, and says what the server has and who is here. */
  constructor(options: DocumentSocketOptions) {
    const { document, connection } = options;
    this.#options = options;
    this.actor = options.actor;
    this.#membership = document.join(this);
    this.#askForMissing();
    const { awareness } = document;
    const present = [...awareness.getStates().keys()];
    if (present.length > 0) connection.send(awarenessFrame(encodeAwarenessUpdate(awareness, present)));
  }

  mayWrite(): boolean {
    return this.#options.mayWrite();
  }

  updated(update: Uint8Array): void {
    this.#options.connection.send(updateFrame(update));
  }

  awarenessUpdated(update: Uint8Array): void {
    this.#options.connection.send(awarenessFrame(update));
  }

  /** The client learns it from the document's own state. */
  renamed(): void {}

  ended(end: DocumentEnd): void {
    this.#close(endOfDocument(end));
  }

  receive(data: Uint8Array): void {
    let message: RoomMessage;
    try {
      message = readRoomMessage(data);
    } catch {
      return this.#close({ code: 1007, reason: 'Not a message of a room' });
    }
    switch (message.kind) {
      case 'sync-step-1':
        return void this.#answer(message.stateVector);
      case 'sync-step-2':
        void this.#apply(message.update);
        // In the order of the socket: what the client had said before is applied as well.
        this.#barrier?.resolve();
        this.#barrier = null;
        return;
      case 'update':
        return void this.#apply(message.update);
      case 'awareness':
        return this.#receiveAwareness(message.update, message.saysMoreThanGoodbye);
      case 'save':
        return void this.#save(message.saveId);
      case 'unknown':
        return;
    }
  }

  /**
   * Resolves once all changes that the client has now are in the document; one that does not answer is not waited for
   * long, and not again before it does.
   */
  async upToDate(): Promise<void> {
    if (this.#barrier !== null) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#barrier = { promise, resolve, reject };
    this.#askForMissing();
    const patience = setTimeout(resolve, BARRIER_PATIENCE);
    await promise;
    clearTimeout(patience);
  }

  /** Its connection is closed. Idempotent. */
  left(): void {
    this.#barrier?.resolve();
    this.#membership.leave();
  }

  #askForMissing(): void {
    const { connection, document } = this.#options;
    connection.send(step1Frame(encodeStateVector(document.ydoc)));
  }

  async #answer(stateVector: Uint8Array): Promise<void> {
    const { connection, document } = this.#options;
    try {
      connection.sendState(step2Frame(await document.stateSince(stateVector)));
    } catch (error) {
      this.#refuse(error);
    }
  }

  async #apply(update: Uint8Array): Promise<void> {
    const { connection, roomId } = this.#options;
    if (!this.mayWrite() && saysOnlyItsRoom(update, roomId)) return;
    this.#uncommittedBytes += update.length;
    if (this.#uncommittedBytes > MOST_UNCOMMITTED_BYTES) connection.pause(true);
    try {
      await this.#membership.receive(update);
      this.#wasAskedForAll = false;
    } catch (error) {
      const isIncomplete = error instanceof DocumentError && error.code === 'incomplete-update';
      if (!isIncomplete || this.#wasAskedForAll) return this.#refuse(error);
      this.#wasAskedForAll = true;
      this.#askForMissing();
    } finally {
      this.#uncommittedBytes -= update.length;
      if (this.#uncommittedBytes <= MOST_UNCOMMITTED_BYTES) connection.pause(false);
    }
  }

  #receiveAwareness(update: Uint8Array, saysMoreThanGoodbye: boolean): void {
    try {
      this.#membership.receiveAwareness(update);
    } catch (error) {
      return this.#refuse(error);
    }
    // It gives up a connection on which nothing comes for 30 s.
    if (saysMoreThanGoodbye) this.awarenessUpdated(update);
  }

  async #save(saveId: number): Promise<void> {
    const { connection, document, save, failed } = this.#options;
    let status: 'success' | 'failed' = 'success';
    try {
      if (!this.mayWrite())
        throw new DocumentError('read-only', 'This document may be read and not changed.');
      await save(document);
    } catch (error) {
      status = 'failed';
      failed(error, 'A document could not be saved');
    }
    connection.send(rawFrame({ type: 'save', responseTo: saveId, status }));
  }

  #refuse(error: unknown): void {
    if (!(error instanceof DocumentError))
      this.#options.failed(error, 'A message of a client could not be handled');
    this.#close(refused(error));
  }

  #close({ code, reason }: RoomClose): void {
    this.#options.connection.close(code, reason);
  }
}
