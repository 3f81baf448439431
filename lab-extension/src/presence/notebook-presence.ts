import type { Notebook } from '@jupyterlab/notebook';
import { Coalesced } from '../coalesced.ts';
import { CellMarksView } from './cell-marks-view.ts';
import type { DocumentPresence } from './document-presence.ts';
import { placeInNotebook } from './notebook-place.ts';

/** Milliseconds; who follows sees the other scroll some seven times a second. */
const TELL_DELAY = 140;

/** A notebook on this page: tells others where one is in it, and marks where they are. */
export class NotebookPresence {
  readonly #marks: CellMarksView;
  readonly #tellSoon = new Coalesced(() => this.#tell(), TELL_DELAY);
  readonly #markSoon = new Coalesced(() => this.#mark(), TELL_DELAY);

  constructor(
    private readonly notebook: Notebook,
    private readonly presence: DocumentPresence,
  ) {
    this.#marks = new CellMarksView(notebook);
    const tell = (): void => this.#tellSoon.request();
    const mark = (): void => this.#markSoon.request();
    notebook.activeCellChanged.connect(tell);
    notebook.selectionChanged.connect(tell);
    notebook.stateChanged.connect(tell);
    notebook.outerNode.addEventListener('scroll', tell, { passive: true });
    presence.changed.connect(mark);
    // Cells that come, go or move are other elements than before.
    notebook.modelContentChanged.connect(mark);
    notebook.disposed.connect(() => this.close());
    tell();
    mark();
  }

  close(): void {
    this.#tellSoon.cancel();
    this.#markSoon.cancel();
  }

  #tell(): void {
    // What lies behind another tab is not where its person is.
    if (!this.notebook.isDisposed && this.notebook.isVisible)
      this.presence.tellPlace(placeInNotebook(this.notebook, Date.now()));
  }

  #mark(): void {
    if (!this.notebook.isDisposed) this.#marks.show(this.presence.people);
  }
}
