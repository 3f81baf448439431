import { unifiedMergeView } from '@codemirror/merge';
import type { EditorView } from '@codemirror/view';
import { Widget } from '@lumino/widgets';
import { button, element } from '../history/element.ts';
import type { ReadOnlyEditors } from '../history/read-only-editor.ts';
import type { ILiveDocument } from '../tokens.ts';
import { applyDifferences } from './apply-fork.ts';
import { cellsOf, contentOfFork, WHOLE_FILE, type ForkContent } from './fork-content.ts';
import { forkDifference, type CellDifference } from './fork-difference.ts';
import type { ForkRecord } from './fork-record.ts';

/** So many cells are drawn; a fork with more differences is better taken whole, or downloaded. */
const MOST_DRAWN = 100;

const REASONS: Readonly<Record<ForkRecord['reason'], string>> = {
  'other-history': 'The server has another history of this file, for example after its state was restored.',
  'read-only': 'You may read this file and not change it (any more).',
  deleted: 'This file was deleted meanwhile.',
  refused: 'The server could not take a change among them.',
};

export interface ForkReviewDependencies {
  readonly fork: ForkRecord;
  /** The document as it is now; null where it cannot be opened. */
  readonly document: ILiveDocument | null;
  readonly editors: ReadOnlyEditors;
  /** Asks first. */
  readonly discard: () => Promise<void>;
  /** All of it is in the document now. */
  readonly applied: () => Promise<void>;
  readonly download: (file: ForkContent['file']) => void;
}

/** A fork beside the document, cell by cell, and what can be done with it. */
export class ForkReview extends Widget {
  readonly #content: ForkContent;
  readonly #cells = element('div', 'jp-InTheLoop-historyDetails');
  readonly #status = element('p', 'jp-InTheLoop-historyNote');
  #views: EditorView[] = [];

  constructor(private readonly deps: ForkReviewDependencies) {
    super();
    this.addClass('jp-InTheLoop-history');
    this.#content = contentOfFork(deps.fork);
    this.#status.setAttribute('role', 'status');
    this.node.append(this.#head(), this.#tools(), this.#cells);
    this.#draw();
  }

  override dispose(): void {
    for (const view of this.#views) view.destroy();
    this.#views = [];
    super.dispose();
  }

  #head(): HTMLElement {
    const { fork, document } = this.deps;
    const head = element('header', 'jp-InTheLoop-historyHead');
    const when = new Date(fork.keptAt).toLocaleString();
    head.append(
      element('h2', '', `Your unsent changes of ${fork.path}`),
      element('p', 'jp-InTheLoop-historyStatus', `Kept on ${when}. ${REASONS[fork.reason]}`),
    );
    if (document === null)
      head.append(
        element(
          'p',
          'jp-InTheLoop-historyStatus',
          'The file cannot be opened now: you can download your version.',
        ),
      );
    return head;
  }

  #tools(): HTMLElement {
    const { discard, download } = this.deps;
    const tools = element('div', 'jp-InTheLoop-historyTools');
    if (this.#canApply)
      tools.append(
        button('Apply all', 'Puts all that is different into the document, as one change of yours', () =>
          this.#apply(this.#differences()),
        ),
      );
    tools.append(
      button('Download', 'Saves your version as a file of its own', () => download(this.#content.file)),
      button('Discard…', 'Forgets these changes', () => void discard()),
      this.#status,
    );
    return tools;
  }

  get #canApply(): boolean {
    const { document } = this.deps;
    return document !== null && document.syncState.kind !== 'read-only';
  }

  #differences(): readonly CellDifference[] {
    const { document } = this.deps;
    return forkDifference(this.#content.cells, document === null ? [] : cellsOf(document.sharedModel));
  }

  #apply(differences: readonly CellDifference[]): void {
    const { document, applied } = this.deps;
    if (document === null) return;
    applyDifferences(document.sharedModel, differences);
    this.#status.textContent =
      differences.length === 1 ? 'Applied 1 cell.' : `Applied ${differences.length} cells.`;
    if (this.#differences().length === 0) void applied();
    this.#draw();
  }

  #draw(): void {
    for (const view of this.#views) view.destroy();
    this.#views = [];
    const differences = this.#differences();
    const drawn = differences.slice(0, MOST_DRAWN);
    this.#cells.replaceChildren(...drawn.map((difference) => this.#cell(difference)));
    const left = differences.length - drawn.length;
    if (left > 0) this.#cells.append(element('p', 'jp-InTheLoop-historyNote', `${left} more are not shown.`));
    if (differences.length === 0)
      this.#cells.append(element('p', 'jp-InTheLoop-historyNote', 'All of it is in the document.'));
  }

  #cell(difference: CellDifference): HTMLElement {
    const { mine, place, kind } = difference;
    const what = mine.id === WHOLE_FILE ? 'The file' : `Cell ${place + 1}`;
    const title = `${what}: ${kind === 'changed' ? 'changed' : 'only in your version'}`;
    const box = element('section', 'jp-InTheLoop-historyCell');
    box.setAttribute('aria-label', title);
    box.dataset['change'] = kind;
    const head = element('header', 'jp-InTheLoop-historyCellHead');
    head.append(element('span', '', title));
    if (this.#canApply)
      head.append(
        button('Apply', 'Puts this into the document, as a change of yours', () => this.#apply([difference])),
      );
    const view = this.deps.editors.create(mine.source, {
      cellType: mine.id === WHOLE_FILE ? null : mine.cellType,
      label: 'What the document has stands before what your version has',
      extensions: [
        unifiedMergeView({
          original: kind === 'changed' ? difference.theirs.source : '',
          mergeControls: false,
          gutter: true,
          collapseUnchanged: { margin: 3, minSize: 8 },
        }),
      ],
    });
    this.#views.push(view);
    box.append(head, view.dom);
    return box;
  }
}
