import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ILiveDocuments } from '../tokens.ts';
import type { DocumentPresences } from './document-presences.ts';
import type { DocumentPresence } from './document-presence.ts';
import type { FollowModel } from './follow-model.ts';
import { scrollNotebookTo } from './notebook-place.ts';
import type { PresenceModel } from './presence-model.ts';

/** What following needs of the page. */
export interface FollowedPage {
  /** The notebook that this page shows now. */
  currentNotebook(): NotebookPanel | null;
  /** Opens a document, or shows it if it is open. Does nothing where a document is a page of its own. */
  open(path: string): Promise<void>;
  currentPath(): string | null;
}

/** Keeps this page where the followed person is: in the same document, at the same place of it. */
export class Follow {
  #watched: DocumentPresence | null = null;
  #isOpening = false;

  constructor(
    private readonly model: FollowModel,
    private readonly people: PresenceModel,
    private readonly documents: ILiveDocuments,
    private readonly presences: DocumentPresences,
    private readonly page: FollowedPage,
  ) {
    model.changed.connect(() => void this.#go());
    people.changed.connect(() => void this.#go());
  }

  async #go(): Promise<void> {
    const followed = this.model.person;
    if (followed === null) return this.#watch(null);
    const person = this.people.people.find(({ username }) => username === followed.username);
    if (person === undefined) return this.model.stop();
    if (person.current !== null && person.current !== this.page.currentPath()) {
      if (this.#isOpening) return;
      this.#isOpening = true;
      try {
        await this.page.open(person.current);
      } finally {
        this.#isOpening = false;
      }
    }
    const notebook = this.page.currentNotebook();
    const document = notebook === null ? null : this.documents.of(notebook);
    this.#watch(document === null ? null : this.presences.of(document));
    this.#scroll();
  }

  #watch(presence: DocumentPresence | null): void {
    if (presence === this.#watched) return;
    this.#watched?.changed.disconnect(this.#scroll);
    this.#watched = presence;
    presence?.changed.connect(this.#scroll);
  }

  readonly #scroll = (): void => {
    const notebook = this.page.currentNotebook();
    const username = this.model.person?.username;
    const top = this.#watched?.people.find((person) => person.username === username)?.place?.top;
    // A cell that is gone meanwhile cannot be scrolled to; the next place comes at once.
    if (notebook !== null && top) scrollNotebookTo(notebook.content, top).catch(() => {});
  };
}
