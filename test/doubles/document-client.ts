import type { YFile, YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';
import type { DocumentEnd, Membership, Participant, SharedDocument } from '../../server/shared-document.ts';

/** A browser with a document of its own, which it brings to a shared one and takes away again. */
export class DocumentClient implements Participant {
  readonly actor: string;
  readonly doc: Y.Doc;
  /** Of updates of others. */
  heard = 0;
  end: DocumentEnd | null = null;
  canWrite = true;
  /** Where the document was moved to. */
  readonly paths: string[] = [];
  #membership: Membership | null = null;
  /** What the server said of each update. */
  readonly answers: Promise<unknown>[] = [];

  constructor(actor: string, model?: YNotebook | YFile) {
    this.actor = actor;
    this.doc = model?.ydoc ?? new Y.Doc();
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this || this.#membership === null) return;
      const answer = this.#membership.receive(update);
      answer.catch(() => undefined); // whoever looks at the answers is told
      this.answers.push(answer);
    });
  }

  get membership(): Membership {
    if (this.#membership === null) throw new TypeError('It has no document open.');
    return this.#membership;
  }

  get text(): string {
    return this.doc.getText('source').toJSON();
  }

  /** Joins, takes what it lacks, and gives what the document lacks. */
  async open(document: SharedDocument): Promise<this> {
    this.end = null;
    const membership = document.join(this);
    this.#membership = membership;
    Y.applyUpdate(this.doc, await document.stateSince(Y.encodeStateVector(this.doc)), this);
    await membership.receive(Y.encodeStateAsUpdate(this.doc, Y.encodeStateVector(document.ydoc)));
    return this;
  }

  leave(): void {
    this.#membership?.leave();
    this.#membership = null;
  }

  /** Resolves once the server has answered all that was sent. @throws what it refused something with */
  async answered(): Promise<void> {
    await Promise.all(this.answers.splice(0));
  }

  mayWrite(): boolean {
    return this.canWrite;
  }

  updated(update: Uint8Array): void {
    this.heard += 1;
    Y.applyUpdate(this.doc, update, this);
  }

  awarenessUpdated(): void {
    // nobody looks
  }

  renamed(path: string): void {
    this.paths.push(path);
  }

  ended(end: DocumentEnd): void {
    this.end = end;
    this.#membership = null;
  }
}
