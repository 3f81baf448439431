import { encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { DocumentEnd, Membership, Participant, SharedDocument } from '../shared-document.ts';
import { DocumentError } from '../shared-document.ts';
import type { End } from '../wire/ended.ts';
import type { LiveFrame } from '../wire/live-frame.ts';
import type { PageConnection } from './page-connection.ts';

/** Writes the file of a document with all that it has now; rejects where it cannot be written. */
export type SaveDocument = (document: SharedDocument) => Promise<void>;

interface Deps {
  readonly handle: number;
  readonly document: SharedDocument;
  readonly actor: string;
  mayWrite(): boolean;
  readonly connection: PageConnection;
  readonly save: SaveDocument;
  /** The page takes no part any more: it was told why, or left. */
  onOver(): void;
}

/** The place of one page in one document. */
export class PageDocument implements Participant {
  readonly actor: string;
  readonly #deps: Deps;
  readonly #membership: Membership;
  /** Frames with changes, as both sides count them. */
  #received = 0;
  #committed = 0;
  #acknowledged = 0;
  #isAcknowledging = false;
  /** Resolves once all changes until now are in the log, or refused; never rejects. */
  #settled: Promise<void> = Promise.resolve();
  /** Something is missing of what the page built upon: nothing after it is acknowledged before all of it is here. */
  #hasGap = false;
  #isAnswering = false;
  #isOver = false;

  /** Joins in this same turn. The page hears `opened`, who else is here, and what the server wants to know of it. */
  constructor(deps: Deps) {
    this.#deps = deps;
    this.actor = deps.actor;
    const { handle, document, connection } = deps;
    this.#membership = document.join(this);
    const { documentId, epoch, path, awareness } = document;
    connection.send({ type: 'opened', handle, documentId, epoch, path, readOnly: !deps.mayWrite() });
    this.#askForState();
    const present = [...awareness.getStates().keys()];
    if (present.length > 0) this.awarenessUpdated(encodeAwarenessUpdate(awareness, present));
  }

  mayWrite(): boolean {
    return this.#deps.mayWrite();
  }

  /** @throws Error for what the page must not send */
  receive(frame: LiveFrame): void {
    switch (frame.kind) {
      case 'state-vector':
        if (this.#isAnswering) throw new Error('asks again for what it is being sent');
        return void this.#answer(frame.payload);
      case 'missing':
      case 'update':
        return this.#take(frame.payload, frame.kind === 'missing');
      case 'awareness':
        return this.#membership.receiveAwareness(frame.payload);
    }
  }

  async save(request: number): Promise<void> {
    const { handle, document, connection, save } = this.#deps;
    try {
      await this.#settled;
      if (!this.mayWrite())
        throw new DocumentError('read-only', 'This document may be read and not changed.');
      await save(document);
      connection.send({ type: 'saved', handle, request });
    } catch (error) {
      connection.send({ type: 'saved', handle, request, error: messageOf(error) });
    }
  }

  /** The page closed the document, or is gone. Idempotent. */
  leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#membership.leave();
    this.#deps.onOver();
  }

  updated(update: Uint8Array): void {
    this.#deps.connection.sendFrame({ handle: this.#deps.handle, kind: 'update', payload: update });
  }

  awarenessUpdated(update: Uint8Array): void {
    this.#deps.connection.sendFrame({ handle: this.#deps.handle, kind: 'awareness', payload: update });
  }

  renamed(path: string): void {
    this.#deps.connection.send({ type: 'renamed', handle: this.#deps.handle, path });
  }

  ended(end: DocumentEnd): void {
    this.#end(end.reason, end.reason === 'failed' ? end.message : '');
  }

  #end(reason: End, message: string): void {
    if (this.#isOver) return;
    this.#deps.connection.send({ type: 'ended', handle: this.#deps.handle, reason, message });
    this.leave();
  }

  async #answer(stateVector: Uint8Array): Promise<void> {
    const { handle, document, connection } = this.#deps;
    this.#isAnswering = true;
    try {
      const payload = await document.stateSince(stateVector);
      if (!this.#isOver) await connection.sendLong({ handle, kind: 'missing', payload });
    } catch (error) {
      this.#fail(error);
    }
    this.#isAnswering = false;
  }

  #take(update: Uint8Array, isAnswer: boolean): void {
    const number = ++this.#received;
    const receiving = this.#receive(update, isAnswer);
    this.#settled = this.#settled.then(async () => {
      const isCommitted = await receiving;
      if (isAnswer && isCommitted) this.#hasGap = false;
      if (isCommitted && !this.#hasGap) this.#acknowledge(number);
    });
    this.#deps.connection.take(update.length, this.#settled);
  }

  /** @returns whether all of it is in the log; never rejects */
  async #receive(update: Uint8Array, isAnswer: boolean): Promise<boolean> {
    try {
      await this.#membership.receive(update);
      // What the server had already may still be on its way to the log.
      if (isAnswer) await this.#deps.document.committed();
      return true;
    } catch (error) {
      if (error instanceof DocumentError && error.code === 'incomplete-update') {
        if (!this.#hasGap) this.#askForState();
        this.#hasGap = true;
      } else this.#fail(error);
      return false;
    }
  }

  #askForState(): void {
    const { handle, document, connection } = this.#deps;
    connection.sendFrame({ handle, kind: 'state-vector', payload: Y.encodeStateVector(document.ydoc) });
  }

  /** Those that one append committed are acknowledged together. */
  #acknowledge(updates: number): void {
    this.#committed = updates;
    if (this.#isAcknowledging) return;
    this.#isAcknowledging = true;
    setImmediate(() => {
      this.#isAcknowledging = false;
      if (this.#isOver || this.#acknowledged === this.#committed) return;
      this.#acknowledged = this.#committed;
      const { handle, connection } = this.#deps;
      connection.send({ type: 'acknowledged', handle, updates: this.#acknowledged });
    });
  }

  #fail(error: unknown): void {
    const code = error instanceof DocumentError ? error.code : null;
    if (code === 'read-only' || code === 'malformed-update') this.#end(code, messageOf(error));
    else this.#end('failed', messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
