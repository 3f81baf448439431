import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';
import { Coalesced } from '../coalesced.ts';
import type { ILiveDocuments } from '../tokens.ts';
import { activeCellPlace } from './notebook-place.ts';
import { ownUser } from './own-profile.ts';
import type { PresenceModel } from './presence-model.ts';

/** Milliseconds: going through cells with an arrow key is told now and then, not at each. */
const TELL_DELAY = 250;

/** Tells others what this page shows. */
export class OwnPresence {
  readonly #soon = new Coalesced(() => this.#tell(), TELL_DELAY);
  #notebook: NotebookPanel | null = null;

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly documents: ILiveDocuments,
    private readonly docManager: IDocumentManager,
    private readonly model: PresenceModel,
  ) {
    app.shell.currentChanged?.connect(() => this.#currentChanged());
    app.serviceManager.user.userChanged.connect(() => this.#soon.request());
    documents.added.connect(() => this.#soon.request());
    documents.removed.connect(() => this.#soon.request());
    void app.restored.then(() => this.#currentChanged());
    this.#soon.request();
  }

  readonly #request = (): void => this.#soon.request();

  #currentChanged(): void {
    const widget = this.app.shell.currentWidget;
    const notebook = widget instanceof NotebookPanel ? widget : null;
    if (this.#notebook !== null && !this.#notebook.isDisposed)
      this.#notebook.content.activeCellChanged.disconnect(this.#request);
    this.#notebook = notebook;
    notebook?.content.activeCellChanged.connect(this.#request);
    this.#soon.request();
  }

  #tell(): void {
    const user = ownUser(this.app.serviceManager.user);
    // Somebody of whom nothing is known yet is nobody to others.
    if (user === null) return;
    const widget = this.app.shell.currentWidget;
    const path = widget === null ? null : this.#pathOf(widget);
    const notebook = this.#notebook?.isDisposed === false ? this.#notebook : null;
    this.model.tell({
      user,
      current: path === null ? null : `${notebook === null ? 'editor' : 'notebook'}:${path}`,
      cell: notebook === null ? null : activeCellPlace(notebook.content),
      documents: this.documents.documents.map((document) => document.path),
    });
  }

  #pathOf(widget: Widget): string | null {
    return this.documents.of(widget)?.path ?? this.docManager.contextForWidget(widget)?.path ?? null;
  }
}
