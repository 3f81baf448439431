import type { YNotebook } from '@jupyter/ydoc';
import type { ILiveConnection, ILiveDocument } from '../tokens.ts';
import { runStateOf } from './run-state.ts';
import type { Run, RunBatch } from './runs-client.ts';

interface Awaited {
  readonly requestId: string;
  readonly runId: string;
  readonly cellId: string;
  /** The document has shown it waiting or running. */
  isSeen: boolean;
  readonly ended: () => void;
}

export function isOver({ status }: Pick<Run, 'status'>): boolean {
  return status !== 'queued' && status !== 'running';
}

/**
 * When runs of a notebook are over. The document itself says so: a run that it has shown as open is no longer shown. One
 * that it never shows, for it was over too soon or never begun, is asked for whenever the document, the kernel or the
 * connection changes.
 */
export class RunEnds {
  readonly #document: ILiveDocument;
  readonly #connection: ILiveConnection;
  readonly #ask: (requestId: string) => Promise<RunBatch>;
  readonly #awaited = new Set<Awaited>();
  readonly #asking = new Set<string>();
  readonly #look = (): void => this.#lookAgain();
  readonly #heard = ({ local }: { readonly local: boolean }): void => {
    if (!local) this.#lookAgain();
  };

  constructor(deps: {
    readonly document: ILiveDocument;
    readonly connection: ILiveConnection;
    readonly ask: (requestId: string) => Promise<RunBatch>;
  }) {
    this.#document = deps.document;
    this.#connection = deps.connection;
    this.#ask = deps.ask;
    this.#document.ydoc.on('afterTransaction', this.#heard);
    this.#connection.statusChanged.connect(this.#look);
    this.#document.disposed.connect(() => this.dispose());
  }

  /** Resolves once the run is over, or nobody can tell any more since the notebook was closed. */
  ended(requestId: string, run: Run): Promise<void> {
    if (isOver(run)) return Promise.resolve();
    return new Promise((resolve) => {
      const awaited: Awaited = {
        requestId,
        runId: run.id,
        cellId: run.cell_id,
        isSeen: false,
        ended: () => {
          this.#awaited.delete(awaited);
          resolve();
        },
      };
      this.#awaited.add(awaited);
      this.#lookAgain();
    });
  }

  /** The kernel has become something else than it was. */
  kernelChanged(): void {
    for (const requestId of new Set([...this.#awaited].map((awaited) => awaited.requestId)))
      void this.#verify(requestId);
  }

  dispose(): void {
    this.#document.ydoc.off('afterTransaction', this.#heard);
    this.#connection.statusChanged.disconnect(this.#look);
    for (const { ended } of [...this.#awaited]) ended();
  }

  #lookAgain(): void {
    if (this.#awaited.size === 0) return;
    const { cells } = this.#document.sharedModel as YNotebook;
    const states = new Map(cells.map((cell) => [cell.id, runStateOf(cell)?.run_id ?? null]));
    const unseen = new Set<string>();
    for (const awaited of [...this.#awaited]) {
      const shown = states.get(awaited.cellId);
      if (shown === awaited.runId) awaited.isSeen = true;
      else if (awaited.isSeen || shown === undefined) awaited.ended();
      else unseen.add(awaited.requestId);
    }
    for (const requestId of unseen) void this.#verify(requestId);
  }

  async #verify(requestId: string): Promise<void> {
    if (this.#asking.has(requestId) || this.#connection.status.kind !== 'connected') return;
    this.#asking.add(requestId);
    try {
      const { runs } = await this.#ask(requestId);
      const over = new Set(runs.filter(isOver).map(({ id }) => id));
      for (const awaited of [...this.#awaited])
        if (awaited.requestId === requestId && over.has(awaited.runId)) awaited.ended();
    } catch {
      // It is asked again at the next change; a lost connection is one.
    } finally {
      this.#asking.delete(requestId);
    }
  }
}
