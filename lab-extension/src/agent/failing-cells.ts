import { type Cell, CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
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

  constructor(
    private readonly panel: NotebookPanel,
    private readonly actions: FailingCellActions,
  ) {
    panel.content.modelContentChanged.connect(this.#changed, this);
    panel.disposed.connect(() => this.#end());
    void panel.context.ready.then(() => this.#changed());
  }

  #changed(): void {
    this.#due ??= setTimeout(() => {
      this.#due = null;
      if (!this.panel.isDisposed) this.#look();
    }, PAUSE);
  }

  #look(): void {
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
    offer.setAttribute('role', 'group');
    offer.setAttribute('aria-label', 'Help with this error');
    offer.append(
      button('Fix this error', () => actions.fix(panel, cellId)),
      button('Explain', () => actions.explain(panel, cellId), { label: 'Explain this error' }),
    );
    this.#offers.set(cellId, offer);
    return offer;
  }

  #end(): void {
    if (this.#due !== null) clearTimeout(this.#due);
    this.#offers.clear();
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
