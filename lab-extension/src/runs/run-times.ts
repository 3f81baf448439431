import { Signal, type ISignal } from '@lumino/signaling';
import type { Run, RunsClient } from './runs-client.ts';
import { isOver } from './run-ends.ts';

/** How a cell's runs went that are over. */
export interface PastRuns {
  readonly latest: Run;
  /** The one before it that was run to its end; null where none is known. */
  readonly before: Run | null;
}

/** The server gives at most so many at once. */
const MOST = 1000;

/** How long the cells of a notebook took, this time and the time before; asked for when it is opened and after runs. */
export class RunTimes {
  readonly #client: RunsClient;
  readonly #pathOf: () => string;
  readonly #past = new Map<string, PastRuns>();
  readonly #changed = new Signal<this, string>(this);

  constructor(client: RunsClient, pathOf: () => string) {
    this.#client = client;
    this.#pathOf = pathOf;
  }

  /** With a cell's id. */
  get changed(): ISignal<this, string> {
    return this.#changed;
  }

  of(cellId: string): PastRuns | null {
    return this.#past.get(cellId) ?? null;
  }

  load(): Promise<void> {
    return this.#take(this.#client.list(this.#pathOf(), { limit: MOST }));
  }

  loadCell(cell: string): Promise<void> {
    return this.#take(this.#client.list(this.#pathOf(), { cell, limit: 5 }));
  }

  async #take(asked: Promise<Run[]>): Promise<void> {
    // Nobody misses them where they cannot be had.
    const runs = await asked.catch((): Run[] => []);
    const ofCells = new Map<string, Run[]>();
    for (const run of runs.filter(isOver)) {
      const ofCell = ofCells.get(run.cell_id);
      if (ofCell === undefined) ofCells.set(run.cell_id, [run]);
      else ofCell.push(run);
    }
    for (const [cellId, [latest, ...earlier]] of ofCells) {
      if (latest === undefined) continue;
      const before = earlier.find(({ status }) => status === 'done') ?? null;
      this.#past.set(cellId, { latest, before });
      this.#changed.emit(cellId);
    }
  }
}

/** In milliseconds; null for one that never ran. */
export function durationOf({ started, ended }: Run): number | null {
  return started === null || ended === null ? null : Date.parse(ended) - Date.parse(started);
}
