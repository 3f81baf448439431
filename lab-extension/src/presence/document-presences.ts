import type { User } from '@jupyterlab/services';
import type { ILiveDocument, ILiveDocuments } from '../tokens.ts';
import { DocumentPresence } from './document-presence.ts';
import { ownUser } from './own-profile.ts';

/** The presence of each document that is open on this page. */
export class DocumentPresences {
  readonly #presences = new Map<ILiveDocument, DocumentPresence>();

  constructor(
    documents: ILiveDocuments,
    private readonly user: User.IManager,
  ) {
    for (const document of documents.documents) this.of(document);
    documents.added.connect((_, document) => this.of(document));
    documents.removed.connect((_, document) => {
      this.#presences.get(document)?.close();
      this.#presences.delete(document);
    });
    user.userChanged.connect(() => this.#tellUser());
  }

  of(document: ILiveDocument): DocumentPresence {
    const known = this.#presences.get(document);
    if (known !== undefined) return known;
    const made = new DocumentPresence(document.awareness, () => this.user.identity?.username ?? null);
    made.tellUser(ownUser(this.user));
    this.#presences.set(document, made);
    return made;
  }

  setAway(isAway: boolean): void {
    for (const presence of this.#presences.values()) presence.setAway(isAway);
  }

  #tellUser(): void {
    for (const presence of this.#presences.values()) presence.tellUser(ownUser(this.user));
  }
}
