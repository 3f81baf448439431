import { type Cell, CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ILiveDocument } from '../tokens.ts';
import { button, element } from './element.ts';

/** In milliseconds: cells of a running notebook change all the time, and a failure can wait so long for its buttons. */
const PAUSE = 300;

export interface FailingCellActions {
  fix(panel: NotebookPanel, cellId: string): void;
  explain(panel: NotebookPanel, cellId: string): void;
}

/** Offers help under the cells of a notebook that have failed. */
export class FailingCells {
  readonly #offers = new Map<string, HTMLElement>();
  #due: ReturnType<typeof setTimeout> | null = null;

  readonly #look = (): void => {
    this.#due ??= setTimeout(() => {
      this.#due = null;
      if (!this.panel.isDisposed) this.#show();
    }, PAUSE);
  };

  /** @param document of the notebook; JupyterLab's own models do not tell of all that others have run */
  constructor(
    private readonly panel: NotebookPanel,
    document: ILiveDocument,
    private readonly actions: FailingCellActions,
  ) {
    document.ydoc.on('afterTransaction', this.#look);
    panel.disposed.connect(() => {
      document.ydoc.off('afterTransaction', this.#look);
      if (this.#due !== null) clearTimeout(this.#due);
      this.#offers.clear();
    });
    this.#look();
  }

  #show(): void {
    const failing = new Set<string>();
    for (const cell of this.panel.content.widgets) {
      if (!hasFailed(cell)) continue;
      failing.add(cell.model.id);
      const offer = this.#offers.get(cell.model.id) ?? this.#offer(cell.model.id);
      // A cell may have been drawn anew.
      if (offer.parentElement !== cell.node) cell.node.append(offer);
    }
    for (const [id, offer] of this.#offers)
      if (!failing.has(id)) {
        offer.remove();
        this.#offers.delete(id);
      }
  }

  #offer(cellId: string): HTMLElement {
    const { panel, actions } = this;
    const offer = element('div', 'itl-AgentOffer');
    // Enter is for its buttons, and not for the notebook.
    offer.dataset['lmSuppressShortcuts'] = 'true';
    offer.setAttribute('role', 'group');
    offer.setAttribute('aria-label', 'Help with this error');
    offer.append(
      button('Fix this error', () => actions.fix(panel, cellId)),
      button('Explain', () => actions.explain(panel, cellId), { label: 'Explain this error' }),
    );
    this.#offers.set(cellId, offer);
    return offer;
  }
}

/** An error is what a run ends with, but for what threads and widgets still say. */
export function hasFailed(cell: Cell): boolean {
  if (!(cell instanceof CodeCell)) return false;
  const { outputs } = cell.model;
  for (let index = outputs.length - 1; index >= Math.max(0, outputs.length - 3); index -= 1)
    if (outputs.get(index).type === 'error') return true;
  return false;
}
