import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CellRunState } from '../../../server/wire/cell-run-state.ts';
import type { ILiveDocument } from '../tokens.ts';
import { PromptForm } from './prompt-form.ts';
import { RunLine } from './run-line.ts';
import type { RunQueues } from './run-queues.ts';
import { runStateOf } from './run-state.ts';
import { openRunText, pastRunText } from './run-text.ts';
import { RunTimes } from './run-times.ts';

/** A run as one cell of this page shows it. */
interface Shown {
  readonly line: RunLine;
  run: CellRunState | null;
  /** When it began, by this page's own clock, which need not be the server's. */
  since: number;
  form: PromptForm | null;
}

const SECOND = 1_000;
/** In milliseconds: the times of a run that took less are not asked for. */
const WORTH_ASKING = 900;

/**
 * What the cells of one notebook show of their runs, whoever began them: waiting, running for how long, a question, and
 * afterwards how long it took. The document says it, so that every tab shows the same.
 */
export class NotebookRuns {
  readonly #panel: NotebookPanel;
  readonly #document: ILiveDocument;
  readonly #queues: RunQueues;
  readonly #times: RunTimes;
  readonly #nameOf: (username: string) => string;
  readonly #ended: (run: CellRunState, took: number) => void;
  /** By the cells' ids. */
  readonly #shown = new Map<string, Shown>();
  /** Only the server says it. */
  readonly #look = ({ local }: { readonly local: boolean }): void => {
    if (!local) this.#lookAtAll();
  };
  #clock: ReturnType<typeof setInterval> | null = null;

  /** @param deps.ended told of each run that is over, with its milliseconds as this page saw them */
  constructor(deps: {
    readonly panel: NotebookPanel;
    readonly document: ILiveDocument;
    readonly queues: RunQueues;
    /** What somebody is called; empty where that is not known. */
    readonly nameOf: (username: string) => string;
    readonly ended: (run: CellRunState, took: number) => void;
  }) {
    this.#panel = deps.panel;
    this.#document = deps.document;
    this.#queues = deps.queues;
    this.#nameOf = deps.nameOf;
    this.#ended = deps.ended;
    this.#times = new RunTimes(deps.queues.client, () => this.#document.path);
    this.#times.changed.connect((_, cellId) => this.#showPast(cellId));
    this.#document.ydoc.on('afterTransaction', this.#look);
    const { sessionContext } = this.#panel;
    sessionContext.statusChanged.connect(this.#kernelChanged, this);
    void this.#times.load();
    this.#lookAtAll();
  }

  dispose(): void {
    this.#document.ydoc.off('afterTransaction', this.#look);
    this.#panel.sessionContext.statusChanged.disconnect(this.#kernelChanged, this);
    if (this.#clock !== null) clearInterval(this.#clock);
    for (const { line } of this.#shown.values()) line.remove();
    this.#shown.clear();
  }

  #kernelChanged(): void {
    this.#queues.of(this.#document).kernelChanged();
  }

  #lookAtAll(): void {
    const { model } = this.#panel.content;
    if (model === null || this.#panel.isDisposed) return;
    let isAnyOpen = false;
    for (const cell of model.sharedModel.cells) {
      const run = runStateOf(cell);
      if (run !== null) isAnyOpen = true;
      if (run !== (this.#shown.get(cell.id)?.run ?? null)) this.#changed(cell.id, run);
    }
    if (isAnyOpen && this.#clock === null) this.#clock = setInterval(() => this.#tick(), SECOND);
    if (!isAnyOpen && this.#clock !== null) {
      clearInterval(this.#clock);
      this.#clock = null;
    }
  }

  #changed(cellId: string, run: CellRunState | null): void {
    const shown = this.#shownOf(cellId);
    const before = shown.run;
    shown.run = run;
    if (run === null) {
      if (before !== null) this.#over(cellId, before, shown);
      return;
    }
    if (run.status === 'running' && (before?.run_id !== run.run_id || before.status !== 'running'))
      shown.since = Math.min(Date.now(), Date.parse(run.started ?? '') || Date.now());
    if (shown.form?.messageId !== run.prompt?.message_id) this.#ask(cellId, shown, run);
    this.#show(cellId, shown);
  }

  #ask(cellId: string, shown: Shown, run: CellRunState): void {
    shown.form = null;
    if (run.prompt === null || this.#document.syncState.kind === 'read-only') return;
    const form = new PromptForm(run.prompt, (value) => this.#queues.client.answer(run.run_id, value));
    shown.form = form;
    // Nobody who types elsewhere is to answer by accident.
    const cell = this.#cell(cellId);
    if (cell !== undefined && this.#queues.isMarked(cell) && this.#panel.isVisible)
      requestAnimationFrame(() => form.focus());
  }

  #over(cellId: string, run: CellRunState, shown: Shown): void {
    const took = run.status === 'running' ? Date.now() - shown.since : 0;
    shown.form = null;
    shown.line.show('', 'over', null);
    if (took >= WORTH_ASKING) void this.#times.loadCell(cellId);
    this.#ended(run, took);
  }

  #tick(): void {
    for (const [cellId, shown] of this.#shown) if (shown.run !== null) this.#show(cellId, shown);
  }

  #show(cellId: string, shown: Shown): void {
    const { run, since, form, line } = shown;
    if (run === null) return;
    const isWorthIt = run.status === 'queued' || Date.now() - since >= SECOND || run.prompt !== null;
    const past = this.#times.of(cellId);
    const text = isWorthIt ? openRunText(run, { since, now: Date.now(), past }) : '';
    line.show(text, run.status, form?.node ?? null);
    this.#place(cellId, line);
  }

  #showPast(cellId: string): void {
    const shown = this.#shownOf(cellId);
    const past = this.#times.of(cellId);
    if (shown.run !== null || past === null) return;
    const text = pastRunText(past, this.#nameOf);
    shown.line.show(text, 'over', null);
    if (text === '') shown.line.remove();
    else this.#place(cellId, shown.line);
  }

  #shownOf(cellId: string): Shown {
    let shown = this.#shown.get(cellId);
    if (shown === undefined) {
      shown = { line: new RunLine(), run: null, since: Date.now(), form: null };
      this.#shown.set(cellId, shown);
    }
    return shown;
  }

  #place(cellId: string, line: RunLine): void {
    const cell = this.#cell(cellId);
    if (cell === undefined) line.remove();
    else line.putInto(cell.node);
  }

  #cell(cellId: string): CodeCell | undefined {
    const cell = this.#panel.content.widgets.find(({ model }) => model.id === cellId);
    return cell?.isDisposed === false ? (cell as CodeCell) : undefined;
  }
}
