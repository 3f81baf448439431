import type { Transaction } from 'yjs';
import type { DocumentAttachment, SharedDocument } from '../shared-document.ts';
import type { CellRunState } from '../wire/cell-run-state.ts';
import { CELL_RUN_KEY } from '../wire/cell-run-state.ts';
import { changedCells } from './changed-cells.ts';
import type { CarriedOutputs } from './carried-outputs.ts';
import type { DocumentOutputs } from './document-outputs.ts';
import { guardResults } from './guard-results.ts';
import type { CellRun, RunMark, RunResults } from './run-results.ts';
import type { OutputJson } from './shared-output.ts';
import { WritePace } from './write-pace.ts';
import type { CellResult, SharedCell } from './write-result.ts';
import { writeResult, writeRunState } from './write-result.ts';

export interface OutputWriterDependencies {
  readonly results: RunResults;
  readonly carried: CarriedOutputs;
  /** Those of an open document that are kept beside it; null where all are in it. */
  readonly outputsOf: ((documentId: string) => Promise<DocumentOutputs>) | null;
  /** Told what an operator should know, one sentence a call. */
  readonly warn: (message: string) => void;
}

/** What a document showed of runs when it was asked. */
export interface ShownRuns {
  /** The file has it. @throws EventLogError: then it is not noted */
  saved(): Promise<void>;
}

/** A cell's run as it was written last. */
interface Written {
  readonly run: CellRun;
  /** What the cell shows of it; null where somebody else has changed that since. */
  shown: CellResult | null;
  /** The file has it, and all is the document's own business until the run says more. */
  isSaved: boolean;
}

/** The one writer of results in a shared notebook (I2): what the runs of its cells are is put into it by difference. */
export class OutputWriter {
  readonly #document: SharedDocument;
  readonly #deps: OutputWriterDependencies;
  readonly #pace: WritePace;
  readonly #stopListening: () => void;
  /** What cannot be judged must not end the document. */
  readonly #onTransaction = (transaction: Transaction): void => {
    try {
      this.#changedByOthers(transaction);
    } catch (error) {
      this.#deps.warn(`A change of ${this.#document.path} could not be judged: ${String(error)}`);
    }
  };
  /** By cell. */
  readonly #written = new WeakMap<SharedCell, Written>();
  /** By cell id: runs of cells that the document does not have. */
  #homeless = new Map<string, CellRun>();
  /** Runs whose cells were emptied, until that is noted. */
  readonly #emptying = new Set<string>();
  #isWriting = false;
  #hasSwept = false;

  constructor(document: SharedDocument, deps: OutputWriterDependencies) {
    this.#document = document;
    this.#deps = deps;
    this.#pace = new WritePace(() => this.#write());
    this.#stopListening = deps.results.onChanged((path) => {
      if (path === document.path) this.#pace.changed();
    });
    document.ydoc.on('afterTransaction', this.#onTransaction);
    this.#pace.changed();
  }

  /** To be asked in the same turn in which the document is read to be saved. */
  shown(): ShownRuns {
    const saved: (RunMark & { isOver: boolean; hasCell: boolean; written: Written | null })[] = [];
    for (const cell of this.#cells().values()) {
      const written = this.#written.get(cell);
      if (written?.isSaved === false) saved.push({ ...markOf(written.run), hasCell: true, written });
    }
    for (const run of this.#homeless.values())
      if (run.isOver) saved.push({ ...markOf(run), hasCell: false, written: null });
    return {
      saved: async () => {
        if (saved.length === 0) return;
        await this.#deps.results.saved(saved);
        for (const { written, isOver } of saved) if (written !== null && isOver) written.isSaved = true;
      },
    };
  }

  /** Writes what is due. Idempotent. */
  async close(): Promise<void> {
    this.#stopListening();
    await this.#pace.close();
    this.#document.ydoc.off('afterTransaction', this.#onTransaction);
  }

  async #write(): Promise<number> {
    const { results, warn } = this.#deps;
    const { path } = this.#document;
    try {
      const cells = this.#cells();
      const news = await results.of(path, (run) => this.#isNews(run, cells.get(run.cellId)));
      const runs = await this.#referred(news);
      let written = 0;
      this.#isWriting = true;
      try {
        const begun = this.#document.change('server', () => this.#sayBegun(runs));
        const changed = this.#document.change('server', () => {
          written = this.#writeAll(runs, results.waiting(path));
        });
        this.#isWriting = false;
        await Promise.all([begun, changed]);
      } finally {
        this.#isWriting = false;
      }
      return written;
    } catch (error) {
      // What runs said is in the log, and comes into the document the next time.
      warn(`Outputs could not be put into the document of ${path}: ${String(error)}`);
      return 0;
    }
  }

  /** As the document is to have them: what is large is put beside it first. */
  async #referred(runs: readonly CellRun[]): Promise<readonly CellRun[]> {
    if (runs.length === 0 || this.#deps.outputsOf === null) return runs;
    const references = await this.#deps.outputsOf(this.#document.documentId);
    await references.tidy(this.#document.ydoc);
    await references.keepResults(runs.flatMap(({ result }) => result.outputs));
    return runs.map((run) => {
      const refer = (output: OutputJson): OutputJson =>
        // A text that grows is another one at each tick.
        run.isOver || output['output_type'] !== 'stream' ? references.refer(output) : output;
      return { ...run, result: { ...run.result, outputs: run.result.outputs.map(refer) } };
    });
  }

  /**
   * JupyterLab takes a cell's text for that which was run when it hears that the cell runs, and marks it as changed since
   * otherwise: so that is said of a run that was over before anything was written, too.
   */
  #sayBegun(runs: readonly CellRun[]): void {
    const cells = this.#cells();
    for (const { id, cellId, result } of runs) {
      const cell = cells.get(cellId);
      const isKnown = cell === undefined || this.#written.get(cell)?.run.id === id;
      if (!isKnown && result.run === null && this.#hasSwept) cell.set('execution_state', 'running');
    }
  }

  #writeAll(runs: readonly CellRun[], waiting: ReadonlyMap<string, CellRunState>): number {
    const cells = this.#cells();
    const due = new Map(runs.map((run) => [run.cellId, run]));
    for (const cellId of this.#homeless.keys()) if (cells.has(cellId)) this.#homeless.delete(cellId);
    let size = 0;
    for (const [cellId, run] of due) if (!cells.has(cellId)) this.#homeless.set(cellId, run);
    for (const [cellId, cell] of cells) {
      const run = due.get(cellId);
      const next = waiting.get(cellId) ?? null;
      if (run !== undefined && !this.#emptying.has(run.id)) size += this.#writeRun(cell, run, next);
      else size += this.#writeState(cell, next);
    }
    this.#hasSwept = true;
    return size;
  }

  #writeRun(cell: SharedCell, run: CellRun, waiting: CellRunState | null): number {
    const before = this.#written.get(cell);
    const size = writeResult(cell, run.result, before?.shown ?? null, waiting);
    this.#written.set(cell, { run, shown: run.result, isSaved: false });
    return size;
  }

  /** A run that a crash ended without a word, and one that was taken back, is not shown as open for ever. */
  #writeState(cell: SharedCell, waiting: CellRunState | null): number {
    const state = this.#written.get(cell)?.run.result.run ?? waiting;
    if (state === null && this.#hasSwept && !cell.has(CELL_RUN_KEY)) return 0;
    return writeRunState(cell, state);
  }

  #isNews(
    { id, cellId, revision }: Pick<CellRun, 'id' | 'cellId' | 'revision'>,
    cell: SharedCell | undefined,
  ): boolean {
    if (this.#emptying.has(id)) return false;
    if (cell === undefined) {
      const known = this.#homeless.get(cellId);
      return known?.id !== id || known.revision !== revision;
    }
    const known = this.#written.get(cell);
    return known?.run.id !== id || known.run.revision !== revision || known.shown === null;
  }

  /** Code cells by their ids; of several with one id the first. */
  #cells(): Map<string, SharedCell> {
    const cells = new Map<string, SharedCell>();
    for (const cell of this.#document.ydoc.getArray<SharedCell>('cells')) {
      const id = cell.get('id');
      if (cell.get('cell_type') === 'code' && typeof id === 'string' && !cells.has(id)) cells.set(id, cell);
    }
    return cells;
  }

  #changedByOthers(transaction: Transaction): void {
    if (this.#isWriting) return;
    const { carried, warn } = this.#deps;
    const change = changedCells(transaction);
    carried.removed(transaction, change.removed);
    const concerned = [...change.changed.keys()].map((cell) => this.#written.get(cell));
    for (const written of concerned) if (written !== undefined) written.shown = null;
    if (change.added.length > 0 || concerned.some((written) => written?.isSaved === false))
      this.#pace.changed();
    if (typeof transaction.origin === 'string') return;
    const corrections = guardResults(transaction, change, {
      resultOf: (cell) => {
        const written = this.#written.get(cell);
        return written === undefined || written.isSaved ? null : written.run.result;
      },
      isCarried: (cell, outputs) => carried.has(cell, outputs),
    });
    if (corrections.emptied.length > 0) this.#emptied(corrections.emptied);
    if (corrections.edits.length === 0) return;
    // In the same turn, so that nobody is told of the one without the other.
    this.#document
      .change('server', () => {
        for (const edit of corrections.edits) edit();
      })
      .catch((error: unknown) => warn(`What a page wrote could not be taken back: ${String(error)}`));
  }

  /** Until it is noted, what the run said before is not written again. */
  #emptied(cells: readonly SharedCell[]): void {
    const { results, warn } = this.#deps;
    const runs: CellRun[] = [];
    for (const cell of cells) {
      const written = this.#written.get(cell);
      if (written === undefined) continue;
      runs.push(written.run);
      const result = { ...written.run.result, outputs: [] };
      this.#written.set(cell, { run: { ...written.run, result }, shown: null, isSaved: written.run.isOver });
    }
    if (runs.length === 0) return;
    for (const { id } of runs) this.#emptying.add(id);
    results
      .emptied(runs)
      .catch((error: unknown) => warn(`That outputs were cleared could not be noted: ${String(error)}`))
      .finally(() => {
        for (const { id } of runs) this.#emptying.delete(id);
        this.#pace.changed();
      });
  }
}

function markOf({ kernelId, id, revision, isOver }: CellRun): RunMark & { readonly isOver: boolean } {
  return { kernelId, id, revision, isOver };
}

/** Output writers of all notebooks that are open. */
export function outputWriters(deps: OutputWriterDependencies): {
  readonly attachment: DocumentAttachment;
  /** null for what is no notebook that is open. */
  shownBy(document: SharedDocument): ShownRuns | null;
} {
  const writers = new WeakMap<SharedDocument, OutputWriter>();
  return {
    attachment(document) {
      if (document.kind.type !== 'notebook') return { close: () => Promise.resolve() };
      const writer = new OutputWriter(document, deps);
      writers.set(document, writer);
      return { close: () => writer.close() };
    },
    shownBy: (document) => writers.get(document)?.shown() ?? null,
  };
}
