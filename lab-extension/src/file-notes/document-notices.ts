import type { DocumentWidget } from '@jupyterlab/docregistry';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Coalesced } from '../coalesced.ts';
import { goToCell } from '../links/go-to-cell.ts';
import type { ILiveDocument } from '../tokens.ts';
import { ConflictMarks } from './conflict-marks.ts';
import { bothVersionsOf, fileProblemOf, restartOf, type BothVersions } from './file-note.ts';
import { NoticeBar, type Notice } from './notice-bar.ts';
import type { SeenNotices } from './seen-notices.ts';

/** Milliseconds; a notebook is told of each of its cells when it is loaded. */
const PAUSE = 100;

/**
 * What one widget says of the file of its document: that it is gone, that the document had to go on from it, and what is there twice
 * since both were merged.
 */
export class DocumentNotices {
  readonly #problem: NoticeBar;
  readonly #restart: NoticeBar;
  readonly #conflicts: NoticeBar;
  readonly #marks: ConflictMarks | null;
  readonly #notebook: NotebookPanel | null;
  readonly #updateSoon = new Coalesced(() => this.#update(), PAUSE);
  /** The cell that was gone to last. */
  #visited: string | null = null;

  constructor(
    widget: DocumentWidget,
    private readonly document: ILiveDocument,
    private readonly deps: {
      readonly trans: TranslationBundle;
      readonly seen: SeenNotices;
      /** Another widget may show the same document. */
      readonly dismissed: () => void;
      readonly save: (document: ILiveDocument) => void;
    },
  ) {
    const leave = (): void => widget.activate();
    this.#problem = new NoticeBar(leave);
    this.#restart = new NoticeBar(leave);
    this.#conflicts = new NoticeBar(leave);
    this.#notebook = widget instanceof NotebookPanel ? widget : null;
    this.#marks = this.#notebook === null ? null : new ConflictMarks(this.#notebook.content, deps.trans);
    for (const bar of [this.#problem, this.#restart, this.#conflicts]) widget.contentHeader.addWidget(bar);
    const update = (): void => this.update();
    const state = document.ydoc.getMap('state');
    state.observe(update);
    document.syncStateChanged.connect(update);
    this.#notebook?.content.modelContentChanged.connect(update);
    widget.disposed.connect(() => {
      state.unobserve(update);
      document.syncStateChanged.disconnect(update);
      this.#updateSoon.cancel();
    });
    update();
  }

  update(): void {
    this.#updateSoon.request();
  }

  #update(): void {
    const { ydoc, kind, documentId } = this.document;
    const state = ydoc.getMap('state');
    this.#problem.present(fileProblemOf(state)?.kind === 'missing' ? this.#missing() : null);
    this.#restart.present(this.#restarted(restartOf(state)));
    const cells = new Set(this.#notebook?.content.widgets.map(({ model }) => model.id));
    const both = bothVersionsOf(state, kind.type, (id) => cells.has(id));
    const isToSay = both !== null && !this.deps.seen.has(documentId, both.time);
    this.#conflicts.present(isToSay ? this.#bothVersions(both) : null);
    this.#marks?.show(isToSay ? both.cells : []);
  }

  #missing(): Notice {
    const { trans, save } = this.deps;
    const mayWrite = this.document.syncState.kind !== 'read-only';
    return {
      text: trans.__(
        'The file was deleted on disk. The document is still here, and everybody can go on with it.',
      ),
      actions: mayWrite ? [{ label: trans.__('Save it again'), run: () => save(this.document) }] : [],
    };
  }

  #restarted(at: Date | null): Notice | null {
    const { trans, seen } = this.deps;
    const about = `${this.document.documentId} restarted`;
    if (at === null || seen.has(about, at.toISOString())) return null;
    return {
      text: trans.__(
        'The history of this document was damaged, and it goes on from its file since %1: what had not been saved by then is missing.',
        at.toLocaleString(),
      ),
      actions: [this.#dismissal(about, at.toISOString())],
    };
  }

  #dismissal(about: string, time: string): Notice['actions'][number] {
    const { trans, seen, dismissed } = this.deps;
    return {
      label: trans.__('Dismiss'),
      title: trans.__('For you alone: others see it until they dismiss it'),
      run: () => {
        seen.add(about, time);
        dismissed();
      },
    };
  }

  #bothVersions({ cells, time }: BothVersions): Notice {
    const { trans } = this.deps;
    const dismiss = this.#dismissal(this.document.documentId, time);
    if (this.#notebook === null)
      return {
        text: trans.__(
          'This file was changed here and by another program in the same place: both versions are in it.',
        ),
        actions: [dismiss],
      };
    const text = trans._n(
      '%1 cell was changed here and in the file by another program: it has both versions.',
      '%1 cells were changed here and in the file by another program: they have both versions.',
      cells.length,
    );
    const label = cells.length === 1 ? trans.__('Go to it') : trans.__('Go to the next');
    return { text, actions: [{ label, run: () => this.#goToNext(cells.map(({ id }) => id)) }, dismiss] };
  }

  #goToNext(ids: readonly string[]): void {
    if (this.#notebook === null) return;
    const shown = this.#notebook.content.widgets
      .map(({ model }) => model.id)
      .filter((id) => ids.includes(id));
    const next = shown[(shown.indexOf(this.#visited ?? '') + 1) % shown.length];
    if (next === undefined) return;
    this.#visited = next;
    void goToCell(this.#notebook, next);
  }
}
