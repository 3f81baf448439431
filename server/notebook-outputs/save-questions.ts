import type { CellRun } from './cell-run.ts';
import type { Sight } from './merge-save.ts';

interface Question {
  readonly at: number;
  readonly sights: ReadonlyMap<string, { readonly revision: number; readonly sight: Sight }>;
}

const MOST_QUESTIONS = 1000;
/** A large notebook takes its time to arrive. */
const SAVES_WITHIN_MS = 60_000;

/**
 * What pages had seen when they asked for a notebook's hash. JupyterLab does so before each save, after it has put
 * together what it is about to send: what reaches the page between that and the save is not in the save.
 */
export class SaveQuestions {
  readonly #questions = new Map<string, Question>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  note(path: string, actor: string, runs: readonly CellRun[], sightOf: (run: CellRun) => Sight): void {
    const key = keyOf(path, actor);
    this.#questions.delete(key);
    if (runs.length === 0) return;
    const sights = new Map(runs.map((run) => [run.id, { revision: run.revision, sight: sightOf(run) }]));
    this.#questions.set(key, { at: this.#now(), sights });
    const [oldest] = this.#questions.keys();
    if (this.#questions.size > MOST_QUESTIONS && oldest !== undefined) this.#questions.delete(oldest);
  }

  /** What counts for the save that has come now: what was seen when it was announced, or else now. */
  takeFor(path: string, actor: string, sightNow: (run: CellRun) => Sight): (run: CellRun) => Sight {
    const key = keyOf(path, actor);
    const question = this.#questions.get(key);
    this.#questions.delete(key);
    if (question === undefined || question.at < this.#now() - SAVES_WITHIN_MS) return sightNow;
    return (run) => {
      const then = question.sights.get(run.id);
      if (then === undefined) return 'unseen';
      return then.sight === 'seen' && then.revision < run.revision ? 'known' : then.sight;
    };
  }
}

const keyOf = (path: string, actor: string): string => `${actor}\n${path}`;
