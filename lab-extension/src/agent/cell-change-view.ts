import type { EditorView } from '@codemirror/view';
import type { ReadOnlyEditors } from '../history/read-only-editor.ts';
import { type ChangedCell, changeTitle } from './changed-cell.ts';
import { button, element } from './element.ts';

/** Changes of cells, as differences. What it made is let go of by `dispose`. */
export class CellChangesView {
  readonly node = element('div', 'itl-Agent-changes');
  readonly #views: EditorView[] = [];
  #isDisposed = false;

  constructor(
    private readonly editors: () => ReadOnlyEditors,
    private readonly notebook: {
      numberOf(cellId: string): number | null;
      goTo(cellId: string): Promise<void>;
    },
  ) {}

  async show(cells: readonly ChangedCell[]): Promise<void> {
    // Large, and only wanted where something is changed.
    const { unifiedMergeView } = await import('@codemirror/merge');
    if (this.#isDisposed) return;
    for (const cell of cells) {
      const number = this.notebook.numberOf(cell.cellId);
      const title = changeTitle(cell, number);
      const box = element('section', 'itl-Agent-change jp-InTheLoop-historyCell');
      box.dataset['change'] =
        cell.change === 'create' ? 'added' : cell.change === 'delete' ? 'removed' : 'changed';
      box.setAttribute('aria-label', title);
      const head = element('header', 'jp-InTheLoop-historyCellHead');
      head.append(element('span', '', title));
      if (number !== null) head.append(button('Show cell', () => void this.notebook.goTo(cell.cellId)));
      box.append(head);
      const { before, after, cellType } = cell;
      if (before !== null && after !== null && before !== after) {
        const difference = unifiedMergeView({
          original: before,
          mergeControls: false,
          gutter: true,
          collapseUnchanged: { margin: 3, minSize: 8 },
        });
        const label = 'Changes: what is removed stands before what is added';
        box.append(this.#keep(this.editors().create(after, { cellType, label, extensions: [difference] })));
      } else if ((after ?? before ?? '') !== '')
        box.append(this.#keep(this.editors().create(after ?? before ?? '', { cellType, label: 'Source' })));
      this.node.append(box);
    }
  }

  /** Code that is to run. */
  showCode(cells: readonly { readonly cellId: string; readonly source: string }[]): void {
    for (const { cellId, source } of cells) {
      const number = this.notebook.numberOf(cellId);
      const box = element('section', 'itl-Agent-change jp-InTheLoop-historyCell');
      const title = number === null ? 'Runs code' : `Runs cell ${number}`;
      box.setAttribute('aria-label', title);
      const head = element('header', 'jp-InTheLoop-historyCellHead');
      head.append(element('span', '', title));
      if (number !== null) head.append(button('Show cell', () => void this.notebook.goTo(cellId)));
      box.append(head, this.#keep(this.editors().create(source, { cellType: 'code', label: 'Code' })));
      this.node.append(box);
    }
  }

  /** Idempotent. */
  dispose(): void {
    this.#isDisposed = true;
    for (const view of this.#views.splice(0)) view.destroy();
  }

  #keep(view: EditorView): HTMLElement {
    this.#views.push(view);
    return view.dom;
  }
}
