import { type INotebookTracker, NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';
import { goToCell } from '../links/go-to-cell.ts';

export interface OutlinedCell {
  readonly id: string;
  /** From 1. */
  readonly number: number;
  readonly kind: string;
  /** Of its source; may be empty. */
  readonly firstLine: string;
}

/** What a person points at. */
export interface NotebookSelection {
  readonly cells: readonly string[];
  readonly text: { readonly cell_id: string; readonly text: string } | null;
  /** For people: `Cell 3`, `Cells 3–5`, `2 lines of cell 3`. */
  readonly label: string;
}

/** The notebook that a person works in, as far as a conversation is about it. */
export class AgentNotebooks {
  readonly #changed = new Signal<this, void>(this);

  constructor(
    private readonly tracker: INotebookTracker,
    private readonly contents: Contents.IManager,
  ) {
    tracker.currentChanged.connect(() => this.#changed.emit());
    tracker.activeCellChanged.connect(() => this.#changed.emit());
    tracker.selectionChanged.connect(() => this.#changed.emit());
  }

  /** Another notebook is in front, or another cell is selected in it. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** On the server; null where no notebook is open. */
  get path(): string | null {
    const panel = this.tracker.currentWidget;
    return panel === null ? null : this.contents.localPath(panel.context.path);
  }

  /** Of the code in it. */
  get mimeType(): string {
    return this.tracker.currentWidget?.content.codeMimetype ?? 'text/x-ipython';
  }

  outline(): readonly OutlinedCell[] {
    const cells = this.tracker.currentWidget?.content.model?.cells;
    return [...(cells ?? [])].map((cell, index) => ({
      id: cell.id,
      number: index + 1,
      kind: cell.type,
      firstLine: firstLine(cell.sharedModel.getSource()),
    }));
  }

  numberOf(cellId: string): number | null {
    return this.outline().find(({ id }) => id === cellId)?.number ?? null;
  }

  selection(): NotebookSelection | null {
    const notebook = this.tracker.currentWidget?.content;
    const active = notebook?.activeCell;
    if (notebook === undefined || active === null || active === undefined) return null;
    const id = active.model.id;
    const number = notebook.activeCellIndex + 1;
    const text = selectedText(active.editor);
    if (text !== '') {
      const lines = text.split('\n').length;
      const label = `${lines === 1 ? 'Marked text' : `${lines} lines`} of cell ${number}`;
      return { cells: [id], text: { cell_id: id, text }, label };
    }
    const numbers = notebook.widgets.flatMap((cell, index) =>
      notebook.isSelectedOrActive(cell) ? [index + 1] : [],
    );
    const cells = numbers.map((each) => notebook.widgets[each - 1]?.model.id ?? id);
    const label = numbers.length < 2 ? `Cell ${number}` : `${numbers.length} cells from ${numbers[0]}`;
    return { cells, text: null, label };
  }

  /** @returns whether there was a notebook to put it into */
  insertBelow(source: string): boolean {
    const notebook = this.#writable();
    if (notebook === null) return false;
    NotebookActions.insertBelow(notebook.content);
    notebook.content.activeCell?.model.sharedModel.setSource(source);
    return true;
  }

  /** @returns whether there was a cell whose text could be replaced */
  replaceSelected(source: string): boolean {
    const cell = this.#writable()?.content.activeCell;
    if (cell === null || cell === undefined || cell.model.sharedModel.getMetadata('editable') === false)
      return false;
    // One change, which one undo takes back.
    cell.model.sharedModel.setSource(source);
    return true;
  }

  async goTo(cellId: string): Promise<void> {
    const panel = this.tracker.currentWidget;
    if (panel !== null) await goToCell(panel, cellId);
  }

  #writable(): NotebookPanel | null {
    const panel = this.tracker.currentWidget;
    return panel === null || panel.content.model?.readOnly === true ? null : panel;
  }
}

function firstLine(source: string): string {
  return (
    source
      .split('\n', 20)
      .map((line) => line.trim())
      .find((line) => line !== '') ?? ''
  ).slice(0, 80);
}

function selectedText(
  editor: {
    getSelection(): { start: { line: number; column: number }; end: { line: number; column: number } };
    getOffsetAt(position: { line: number; column: number }): number;
    model: { sharedModel: { getSource(): string } };
  } | null,
): string {
  if (editor === null) return '';
  const { start, end } = editor.getSelection();
  const [from, to] = [editor.getOffsetAt(start), editor.getOffsetAt(end)];
  return editor.model.sharedModel.getSource().slice(Math.min(from, to), Math.max(from, to));
}
