import type { CodeCell } from '@jupyterlab/cells';
import type { ILiveDocument, ILiveDocuments } from '../tokens.ts';
import { RunQueue } from './run-queue.ts';
import type { RunsClient } from './runs-client.ts';

/** The run queues of the notebooks that are open on this page, and the cells that it has just asked to be run. */
export class RunQueues {
  readonly #queues = new Map<ILiveDocument, RunQueue>();
  readonly #marked = new Map<CodeCell, number>();

  constructor(
    private readonly live: ILiveDocuments,
    readonly client: RunsClient,
  ) {}

  of(document: ILiveDocument): RunQueue {
    const known = this.#queues.get(document);
    if (known !== undefined) return known;
    const queue = new RunQueue({ document, connection: this.live.connection, client: this.client });
    this.#queues.set(document, queue);
    document.disposed.connect(() => {
      this.#queues.delete(document);
      queue.dispose();
    });
    return queue;
  }

  /** @returns how to take it back */
  mark(cell: CodeCell): () => void {
    this.#marked.set(cell, (this.#marked.get(cell) ?? 0) + 1);
    return () => {
      const left = (this.#marked.get(cell) ?? 1) - 1;
      if (left > 0) this.#marked.set(cell, left);
      else this.#marked.delete(cell);
    };
  }

  /** Whether this page waits for the end of a run of it. */
  isMarked(cell: CodeCell): boolean {
    return this.#marked.has(cell);
  }
}
