import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CellOfBoth } from './file-note.ts';

/** Says at each cell that has both versions that it has, for eyes and screen readers. */
export class ConflictMarks {
  readonly #marks = new Map<string, HTMLElement>();

  constructor(
    private readonly notebook: Notebook,
    private readonly trans: TranslationBundle,
  ) {}

  show(cells: readonly CellOfBoth[]): void {
    const wanted = new Map(cells.map((cell) => [cell.id, cell]));
    for (const [id, mark] of this.#marks)
      if (!wanted.has(id)) {
        mark.remove();
        this.#marks.delete(id);
      }
    for (const { model, node } of this.notebook.widgets) {
      const cell = wanted.get(model.id);
      if (cell === undefined) continue;
      const mark = this.#marks.get(cell.id) ?? this.#create(cell);
      this.#marks.set(cell.id, mark);
      if (mark.parentElement !== node) node.prepend(mark);
    }
  }

  #create({ wasDeleted }: CellOfBoth): HTMLElement {
    const mark = document.createElement('div');
    mark.className = 'jp-InTheLoop-conflict';
    mark.setAttribute('role', 'note');
    mark.textContent = wasDeleted
      ? this.trans.__('⚠ One side deleted this cell, the other changed it')
      : this.trans.__('⚠ Both versions are here: this document’s, then the file’s');
    return mark;
  }
}
