import type { EditorView } from '@codemirror/view';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Widget } from '@lumino/widgets';
import { attach, cellOutputs } from './cell-outputs.ts';
import { button, element } from './element.ts';
import type { CellDifference, HistoryCell, HistoryContent, HistoryDifference } from './history-client.ts';
import type { ReadOnlyEditors } from './read-only-editor.ts';

/** So many cells are drawn at once. */
const PAGE = 40;

const CHANGES: Readonly<Record<CellDifference['change'], string>> = {
  same: 'Unchanged',
  changed: 'Changed',
  added: 'Added',
  removed: 'Removed',
};

/** Restores a cell; null where there is nothing to restore it from. */
export type RestoreCell = ((cell: HistoryCell) => void) | null;

/** One version, or what is between two, cell by cell. What it made is let go of when something else is shown. */
export class HistoryDetails {
  readonly node = element('div', 'jp-InTheLoop-historyDetails');
  readonly #rendermime: IRenderMimeRegistry;
  readonly #views: EditorView[] = [];
  readonly #widgets: Widget[] = [];
  #showing = 0;

  constructor(rendermime: IRenderMimeRegistry) {
    this.#rendermime = rendermime;
  }

  clear(): void {
    this.#showing += 1;
    for (const view of this.#views.splice(0)) view.destroy();
    for (const widget of this.#widgets.splice(0)) widget.dispose();
    this.node.replaceChildren();
  }

  showContent(content: HistoryContent, editors: ReadOnlyEditors, restore: RestoreCell): void {
    this.clear();
    if (content.kind === 'text') {
      this.node.append(this.#keep(editors.create(content.text, { cellType: null, label: 'The file' })));
      return;
    }
    this.#inPages(content.cells, (cell, place) => {
      const box = this.#box(
        `${kindOf(cell)} ${place + 1}`,
        '',
        restore === null ? null : () => restore(cell),
      );
      if (cell.cell_type !== 'markdown')
        box.append(this.#keep(editors.create(cell.source, { cellType: cell.cell_type, label: 'Source' })));
      this.#addOutputs(box, cell);
      return box;
    });
  }

  /** @param restore.before, `restore.after` put a cell of that side back */
  async showDifference(
    difference: HistoryDifference,
    editors: ReadOnlyEditors,
    restore: { readonly before: RestoreCell; readonly after: RestoreCell },
  ): Promise<void> {
    this.clear();
    const showing = this.#showing;
    // Large, and seldom wanted.
    const { unifiedMergeView } = await import('@codemirror/merge');
    if (showing !== this.#showing) return;
    const compare = (before: string, after: string, cellType: string | null): HTMLElement =>
      this.#keep(
        editors.create(after, {
          cellType,
          label: 'Changes: what was removed stands before what was added',
          extensions: [
            unifiedMergeView({
              original: before,
              mergeControls: false,
              gutter: true,
              collapseUnchanged: { margin: 3, minSize: 8 },
            }),
          ],
        }),
      );
    if (difference.kind === 'text') {
      if (difference.before === difference.after) this.#say('Both are the same.');
      else this.node.append(compare(difference.before, difference.after, null));
      return;
    }
    const told = difference.cells.filter(
      ({ change, is_moved, has_other_outputs }) => change !== 'same' || is_moved || has_other_outputs,
    );
    const unchanged = difference.cells.length - told.length;
    if (unchanged > 0)
      this.#say(`${unchanged} unchanged ${unchanged === 1 ? 'cell is' : 'cells are'} not shown.`);
    if (told.length === 0) this.#say('No cell is different.');
    this.#inPages(told, (cell) => {
      const shown = cell.after ?? cell.before;
      if (shown === null) return element('div', '');
      const source = cell.after === null ? restore.before : (restore.after ?? restore.before);
      const wanted = source === restore.before ? cell.before : cell.after;
      const put = source === null || wanted === null ? null : () => source(wanted);
      const box = this.#box(`${headline(cell)}: ${kindOf(shown)}`, cell.change, put);
      const { cell_type: cellType } = shown;
      box.append(
        cell.before === null || cell.after === null
          ? this.#keep(editors.create(shown.source, { cellType, label: 'Source' }))
          : compare(cell.before.source, cell.after.source, cellType),
      );
      if (cell.has_other_outputs && cell.after !== null) this.#addOutputs(box, cell.after);
      return box;
    });
  }

  #inPages<Item>(items: readonly Item[], draw: (item: Item, place: number) => HTMLElement): void {
    const from = this.node.childElementCount;
    let drawn = 0;
    const more = button('Show more cells', '', () => drawPage());
    const drawPage = (): void => {
      const page = items.slice(drawn, drawn + PAGE);
      page.forEach((item, place) => more.before(draw(item, drawn + place)));
      drawn += page.length;
      more.hidden = drawn >= items.length;
    };
    this.node.append(more);
    drawPage();
    if (from === 0) this.node.scrollTop = 0;
  }

  #box(title: string, change: string, restore: (() => void) | null): HTMLElement {
    const box = element('section', 'jp-InTheLoop-historyCell');
    box.setAttribute('aria-label', title);
    box.dataset['change'] = change;
    const head = element('header', 'jp-InTheLoop-historyCellHead');
    head.append(element('span', '', title));
    if (restore !== null)
      head.append(button('Restore cell', 'Puts this cell back as it is shown here', restore));
    box.append(head);
    return box;
  }

  #addOutputs(box: HTMLElement, cell: HistoryCell): void {
    const widget = cellOutputs(cell, this.#rendermime);
    if (widget === null) return;
    this.#widgets.push(widget);
    const place = element('div', 'jp-InTheLoop-historyOutputs');
    box.append(place);
    // Once the box is in the page.
    requestAnimationFrame(() => {
      if (place.isConnected && !widget.isDisposed) attach(widget, place);
    });
  }

  #keep(view: EditorView): HTMLElement {
    this.#views.push(view);
    return view.dom;
  }

  #say(text: string): void {
    this.node.append(element('p', 'jp-InTheLoop-historyNote', text));
  }
}

function kindOf({ cell_type: type }: HistoryCell): string {
  return `${type === 'code' ? 'code' : type === 'markdown' ? 'Markdown' : 'raw'} cell`;
}

function headline({ change, is_moved, has_other_outputs }: CellDifference): string {
  if (change !== 'same') return CHANGES[change];
  return [is_moved ? 'Moved' : '', has_other_outputs ? 'Other output' : ''].filter(Boolean).join(', ');
}
