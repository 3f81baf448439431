import type { CellRun } from './cell-run.ts';
import type { OpenSocket, ReadRuns } from './sight-of-run.ts';

interface Read {
  readonly at: number;
  readonly actor: string;
  readonly runs: ReadRuns;
  /** Sessions whose pages had read the notebook before. */
  readonly earlier: ReadonlySet<string>;
}

interface NotebookReads {
  reads: Read[];
  sessions: Set<string>;
}

const MOST_NOTEBOOKS = 1000;
const MOST_READS = 16;
const MOST_SESSIONS = 256;
/** Pages that load at once read in one order and connect in another. */
const TOGETHER_MS = 10_000;

/**
 * What the pages behind kernel websockets had read of their notebook. No request says which page sent it; but a page
 * reads the notebook first and connects to the kernel then, so what a user read last before a session was there is taken
 * for what the session's page read. Where several pages loaded at once, only what all of them had counts.
 */
export class PageReads {
  readonly #notebooks = new Map<string, NotebookReads>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Somebody got a notebook in full, with these runs; these sockets were open for it. */
  note(path: string, actor: string, runs: readonly CellRun[], sockets: readonly OpenSocket[]): void {
    const notebook = this.#met(path, sockets);
    const read = {
      at: this.#now(),
      actor,
      runs: new Map(runs.map(({ id, revision }) => [id, revision])),
      earlier: new Set(notebook.sessions),
    };
    notebook.reads = [...notebook.reads, read].slice(-MOST_READS);
  }

  /** Sockets that were seen open for a notebook. */
  meet(path: string, sockets: readonly OpenSocket[]): void {
    if (sockets.length > 0) this.#met(path, sockets);
  }

  readBy(path: string, { session, actor }: OpenSocket): ReadRuns | null {
    const before = (this.#notebooks.get(path)?.reads ?? []).filter(
      (read) => read.actor === actor && !read.earlier.has(session),
    );
    const last = before.at(-1);
    if (last === undefined) return null;
    return leastOf(before.filter(({ at }) => at >= last.at - TOGETHER_MS).map(({ runs }) => runs));
  }

  /** What a user read last, by whatever page or program. */
  lastBy(path: string, actor: string): ReadRuns | null {
    return this.#notebooks.get(path)?.reads.findLast((read) => read.actor === actor)?.runs ?? null;
  }

  renamed(from: string, to: string): void {
    for (const [path, notebook] of [...this.#notebooks]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.#notebooks.delete(path);
      this.#notebooks.set(to + path.slice(from.length), notebook);
    }
  }

  #met(path: string, sockets: readonly OpenSocket[]): NotebookReads {
    const notebook = this.#notebooks.get(path) ?? { reads: [], sessions: new Set() };
    this.#notebooks.delete(path);
    this.#notebooks.set(path, notebook);
    const [oldest] = this.#notebooks.keys();
    if (this.#notebooks.size > MOST_NOTEBOOKS && oldest !== undefined) this.#notebooks.delete(oldest);
    for (const { session } of sockets) notebook.sessions.add(session);
    const [first] = notebook.sessions;
    if (notebook.sessions.size > MOST_SESSIONS && first !== undefined) notebook.sessions.delete(first);
    return notebook;
  }
}

/** Of each run the least that all of them had. */
function leastOf(reads: readonly ReadRuns[]): ReadRuns {
  const [first = new Map<string, number>(), ...others] = reads;
  const least = new Map<string, number>();
  for (const [id, revision] of first) {
    if (others.every((other) => other.has(id)))
      least.set(id, Math.min(revision, ...others.map((other) => other.get(id) ?? 0)));
  }
  return least;
}
