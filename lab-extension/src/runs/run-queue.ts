import { ServerConnection } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import type { ILiveConnection, ILiveDocument } from '../tokens.ts';
import { RunEnds } from './run-ends.ts';
import type { RunBatch, RunsClient } from './runs-client.ts';

/** In milliseconds: before a request is sent again that got lost although there is a connection. */
const PAUSE = 1_000;

/** What a cell needs before it can be run. */
export interface Readiness {
  /** The id of the kernel to run on; null: nobody wants one. May ask the person. */
  kernel(): Promise<string | null>;
  readonly recordTiming: boolean;
}

interface Wish {
  readonly cellId: string;
  readonly begun: (isAsked: boolean) => void;
  readonly failed: (error: unknown) => void;
  /** Set once the server has it. */
  ended: Promise<void> | null;
}

/**
 * What this page asks of a notebook's run queue on the server, in the order in which it was asked: cells that are run in
 * one go are one request, so that the first error stops the rest. Before it asks, what was typed is in the server's log,
 * for the server runs what the document has.
 */
export class RunQueue {
  readonly #document: ILiveDocument;
  readonly #connection: ILiveConnection;
  readonly #client: RunsClient;
  readonly #ends: RunEnds;
  readonly #own = new Set<string>();
  /** Requests whose runs are not known here yet. */
  #asking = 0;
  #gathering: Wish[] | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(deps: {
    readonly document: ILiveDocument;
    readonly connection: ILiveConnection;
    readonly client: RunsClient;
  }) {
    this.#document = deps.document;
    this.#connection = deps.connection;
    this.#client = deps.client;
    this.#ends = new RunEnds({ ...deps, ask: (requestId) => deps.client.batch(requestId) });
  }

  /** Whether this page asked for it, or may have: a run can begin before the answer is here that names it. */
  mayBeOwn(runId: string): boolean {
    return this.#own.has(runId) || this.#asking > 0;
  }

  kernelChanged(): void {
    this.#ends.kernelChanged();
  }

  /**
   * Runs a cell when its turn comes.
   * @returns once the run is over: true; false: nobody wanted a kernel, or there is nothing to run
   * @throws RunRefused; what `readiness` throws
   */
  async run(cellId: string, readiness: Readiness): Promise<boolean> {
    const wish = await new Promise<Wish | null>((resolve, reject) => {
      const asked: Wish = {
        cellId,
        begun: (isAsked) => resolve(isAsked ? asked : null),
        failed: reject,
        ended: null,
      };
      if (this.#gathering !== null) {
        this.#gathering.push(asked);
        return;
      }
      const wishes = (this.#gathering = [asked]);
      this.#last = this.#last.then(() => this.#ask(wishes, readiness));
    });
    await wish?.ended;
    return wish !== null;
  }

  dispose(): void {
    this.#ends.dispose();
  }

  async #ask(wishes: readonly Wish[], readiness: Readiness): Promise<void> {
    try {
      const kernelId = await readiness.kernel();
      // Whatever is run from now on is the next request.
      if (this.#gathering === wishes) this.#gathering = null;
      if (kernelId === null) {
        for (const { begun } of wishes) begun(false);
        return;
      }
      await this.#document.acknowledged();
      const batch = await this.#request(wishes, kernelId, readiness.recordTiming);
      for (const { id } of batch.runs) this.#own.add(id);
      const runs = [...batch.runs];
      for (const wish of wishes) {
        const place = runs.findIndex(({ cell_id }) => cell_id === wish.cellId);
        const [run] = place < 0 ? [] : runs.splice(place, 1);
        wish.ended = run === undefined ? null : this.#ends.ended(batch.request_id, run);
        wish.begun(run !== undefined);
      }
    } catch (error) {
      if (this.#gathering === wishes) this.#gathering = null;
      for (const { failed } of wishes) failed(error);
    }
  }

  /** A request that got lost on the way is sent again: under the same id nothing is run twice. */
  async #request(wishes: readonly Wish[], kernelId: string, recordTiming: boolean): Promise<RunBatch> {
    const request_id = UUID.uuid4();
    this.#asking += 1;
    try {
      return await this.#requestAs(request_id, wishes, kernelId, recordTiming);
    } finally {
      this.#asking -= 1;
    }
  }

  async #requestAs(
    request_id: string,
    wishes: readonly Wish[],
    kernelId: string,
    recordTiming: boolean,
  ): Promise<RunBatch> {
    for (;;) {
      try {
        return await this.#client.request({
          path: this.#document.path,
          cells: wishes.map(({ cellId }) => cellId),
          request_id,
          interactive: true,
          record_timing: recordTiming,
          kernel: { id: kernelId },
        });
      } catch (error) {
        if (!(error instanceof ServerConnection.NetworkError)) throw error;
        await this.#connected();
      }
    }
  }

  /** Resolves with the next connection; with the present one after a moment. */
  #connected(): Promise<void> {
    if (this.#connection.status.kind === 'connected')
      return new Promise((resolve) => setTimeout(resolve, PAUSE));
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#connection.status.kind !== 'connected') return;
        this.#connection.statusChanged.disconnect(look);
        resolve();
      };
      this.#connection.statusChanged.connect(look);
      this.#connection.retry();
    });
  }
}
