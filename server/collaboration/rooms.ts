import type { WebSocket } from 'ws';
import type { Identity } from '../auth/identity.ts';
import type { Authorize } from '../auth/authorize.ts';
import { may } from '../auth/may.ts';
import type { Logger } from '../logger.ts';
import { DocumentError } from '../shared-document.ts';
import type { SharedDocument, SharedDocuments } from '../shared-document.ts';
import { notOpened, unknownSession } from './close-reason.ts';
import { AWARENESS_EVENTS, emitSession } from './collaboration-events.ts';
import type { EmitEvent } from './collaboration-events.ts';
import { DocumentSocket } from './document-socket.ts';
import type { MissingDocuments } from './missing-documents.ts';
import type { RoomConnection } from './room-connection.ts';
import { parseRoomId } from './room-id.ts';
import type { TransientRooms } from './transient-rooms.ts';

export interface RoomsOptions {
  readonly documents: SharedDocuments;
  readonly missing: MissingDocuments;
  readonly transient: TransientRooms;
  readonly authorize: Authorize;
  readonly emit: EmitEvent;
  readonly logger: Logger;
  /** Resolves once the file has what the document has now. */
  readonly save: (document: SharedDocument) => Promise<void>;
}

/** A websocket that asks to come into a room. */
export interface Visitor {
  readonly webSocket: WebSocket;
  readonly connection: RoomConnection;
  readonly identity: Identity;
  readonly roomId: string;
  /** Of the history that the client has, as the session said; null: it says none. */
  readonly sessionId: string | null;
}

/** Rooms where everybody is, in every page. */
const GLOBAL_AWARENESS = 'JupyterLab:globalAwareness';

/** The rooms of jupyter-collaboration's clients (contract §6.1), and who is in them. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #documentSockets = new Map<string, Set<DocumentSocket>>();

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  async enter(visitor: Visitor): Promise<void> {
    const asked = parseRoomId(visitor.roomId);
    if (asked === null) this.#enterTransient(visitor);
    else await this.#enterDocument(visitor, asked === 'unknown-kind' ? null : asked.documentId);
  }

  /** Where a person has changes under way to a document, waits for them, not for long. */
  async upToDate(documentId: string, actor: string): Promise<void> {
    const sockets = [...(this.#documentSockets.get(documentId) ?? [])];
    await Promise.all(sockets.filter((socket) => socket.actor === actor).map((socket) => socket.upToDate()));
  }

  async #enterDocument(visitor: Visitor, documentId: string | null): Promise<void> {
    const { webSocket, connection, sessionId, roomId, identity } = visitor;
    const { emit, logger } = this.#options;
    // What it says meanwhile waits.
    webSocket.pause();
    try {
      const document = await this.#open(documentId);
      if (webSocket.readyState !== webSocket.OPEN) return;
      if (sessionId !== document.epoch) {
        const { code, reason } = unknownSession(sessionId ?? '');
        return connection.close(code, reason);
      }
      this.#join(visitor, document);
      emit(AWARENESS_EVENTS, { roomid: roomId, username: identity.username, action: 'join' });
      emitSession(emit, { room: roomId, path: document.path }, 'initialize', 'New client connected.');
    } catch (error) {
      if (!(error instanceof DocumentError))
        logger.error({ err: error, roomId }, 'A document cannot be opened');
      const { code, reason } = notOpened(error);
      connection.close(code, reason);
    } finally {
      webSocket.resume();
    }
  }

  #open(documentId: string | null): Promise<SharedDocument> {
    const { documents, missing } = this.#options;
    if (documentId === null) throw new DocumentError('not-shareable', 'Files of this kind are not shared');
    missing.assertNot(documentId);
    return documents.open(documentId);
  }

  #join({ webSocket, connection, roomId, identity }: Visitor, document: SharedDocument): void {
    const { logger, emit, save } = this.#options;
    const { documentId } = document;
    const socket = new DocumentSocket({
      connection,
      document,
      roomId,
      actor: identity.username,
      mayWrite: () => this.#mayWrite(identity),
      save,
      failed: (error, message) => logger.error({ err: error, roomId }, message),
    });
    const sockets = this.#documentSockets.get(documentId) ?? new Set();
    this.#documentSockets.set(documentId, sockets.add(socket));
    webSocket.on('message', (data) => socket.receive(data as Buffer));
    webSocket.once('close', () => {
      socket.left();
      sockets.delete(socket);
      if (sockets.size === 0 && this.#documentSockets.get(documentId) === sockets)
        this.#documentSockets.delete(documentId);
      emit(AWARENESS_EVENTS, { roomid: roomId, username: identity.username, action: 'leave' });
    });
  }

  #enterTransient({ webSocket, connection, roomId, identity }: Visitor): void {
    const { emit, transient } = this.#options;
    const room = transient.enter(roomId);
    if (room === null) return connection.close(1013, 'There are too many rooms');
    const socket = room.join(connection, identity.username, () => this.#mayWrite(identity));
    const say = (action: 'join' | 'leave'): void => {
      if (roomId !== GLOBAL_AWARENESS)
        emit(AWARENESS_EVENTS, { roomid: roomId, username: identity.username, action });
    };
    webSocket.on('message', (data) => socket.receive(data as Buffer));
    webSocket.once('close', () => {
      socket.left();
      transient.left(roomId);
      say('leave');
    });
    say('join');
  }

  #mayWrite(identity: Identity): boolean {
    return may(this.#options.authorize, identity, 'write', 'contents');
  }
}
