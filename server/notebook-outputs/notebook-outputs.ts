import { foldNotebook } from './fold-notebook.ts';
import type { CellRun, ReleasedRun, RunLedger, RunMark } from './cell-run.ts';
import type { Sight } from './merge-save.ts';
import { isPending, markOf } from './cell-run.ts';
import { mergeSave } from './merge-save.ts';
import type { NotebookJson } from './notebook-json.ts';
import { PageReads } from './page-reads.ts';
import type { FileStats, ReportedVersion, ReportedVersions } from './reported-versions.ts';
import { SaveQuestions } from './save-questions.ts';
import type { LeftSession, OpenSocket } from './sight-of-run.ts';
import { sightOfRun } from './sight-of-run.ts';

/** The kernel websockets of notebooks. */
export interface NotebookSockets {
  /** Those that are open to kernels on which the notebook's sessions run. */
  socketsOf(path: string): readonly OpenSocket[];
  /** How far a session had come that has no socket now; null for one that had none. */
  leftBy(kernelId: string, session: string): LeftSession | null;
  /** Whether several notebooks run on a kernel, or did. */
  isShared(kernelId: string): boolean;
}

export interface NotebookOutputsDependencies {
  readonly ledger: RunLedger;
  readonly sockets: NotebookSockets;
  readonly versions: ReportedVersions;
  /** Whether it has a shared document, open or not. */
  readonly isDocument: (path: string) => Promise<boolean>;
  readonly now: () => number;
}

interface ReadFile {
  readonly stats: FileStats;
  readonly sha256: () => string;
  readonly idsAreOwn: boolean;
}

/** What runs have put out, in what clients read of notebooks and in what they save. */
export class NotebookOutputs {
  readonly #ledger: RunLedger;
  readonly #sockets: NotebookSockets;
  readonly #versions: ReportedVersions;
  readonly #isDocument: (path: string) => Promise<boolean>;
  readonly #reads: PageReads;
  readonly #questions: SaveQuestions;

  constructor({ ledger, sockets, versions, isDocument, now }: NotebookOutputsDependencies) {
    this.#ledger = ledger;
    this.#sockets = sockets;
    this.#versions = versions;
    this.#isDocument = isDocument;
    this.#reads = new PageReads(now);
    this.#questions = new SaveQuestions(now);
  }

  /** What comes into the file while it is being read may not be in what was read: it is shown all the same. */
  async reading(
    path: string,
    actor: string,
  ): Promise<{ shown<N extends NotebookJson>(notebook: N, file: ReadFile): Promise<N> }> {
    const foldedBefore = new Map(
      (await this.#ledger.runsOf(path)).map(({ id, foldedRevision }) => [id, foldedRevision]),
    );
    return {
      shown: async (notebook, file) => {
        const runs = await this.#ledger.runsOf(path);
        const sockets = this.#sockets.socketsOf(path);
        this.#reads.note(path, actor, runs, sockets);
        if (runs.length === 0) return notebook;
        // What the file is known to have is left to the file: another program may have changed it since.
        const due = runs.map((run) => ({ ...run, foldedRevision: foldedBefore.get(run.id) ?? 0 }));
        const isOpen = sockets.length > 0 || (await this.#isDocument(path));
        const order = isOpen ? [] : await this.#ledger.cellsInOrder(path);
        const isOurs = (): boolean => this.#versions.byHash(path, file.sha256()) !== null;
        const savedAt = this.savedAt(path, file.stats);
        return foldNotebook({ notebook, idsAreOwn: file.idsAreOwn, isTrusted: true }, due, {
          isOpen,
          savedAt,
          isOurs,
          isShared: (kernelId) => this.#sockets.isShared(kernelId),
          order,
        }).notebook as typeof notebook;
      },
    };
  }

  async asked(path: string, actor: string): Promise<void> {
    const runs = await this.#ledger.runsOf(path);
    this.#questions.note(path, actor, runs, this.#sight(path, actor));
  }

  async saving<N extends NotebookJson>(
    path: string,
    sent: N,
    actor: string,
  ): Promise<{
    readonly notebook: N;
    keepsExisting(existing: FileStats): boolean;
    saved(version: ReportedVersion, stats: FileStats): Promise<void>;
  }> {
    const runs = await this.#ledger.runsOf(path);
    const sockets = this.#sockets.socketsOf(path);
    const sight = this.#questions.takeFor(path, actor, this.#sight(path, actor));
    const { notebook, folded, released, drops } = mergeSave(sent, runs, sight, sockets.length <= 1);
    return {
      notebook: notebook as N,
      // What was saved before is a version; what came into the file since is in the new one, or it must be kept.
      keepsExisting: (existing) => drops || !this.#versions.isFold(path, existing),
      saved: async (version, stats) => {
        if (runs.length > 0) await this.#versions.saved(path, version, stats);
        else await this.#versions.drop(path);
        await this.#note(folded, released);
      },
    };
  }

  byStats(path: string, stats: FileStats): ReportedVersion | null {
    return this.#versions.byStats(path, stats);
  }

  byHash(path: string, sha256: string): ReportedVersion | null {
    return this.#versions.byHash(path, sha256);
  }

  /** When somebody saved the notebook last, the server's own writing left aside; in milliseconds since the epoch. */
  savedAt(path: string, stats: FileStats): number {
    const reported = this.#versions.byStats(path, stats);
    return reported === null ? stats.mtimeMs : Date.parse(reported.modified);
  }

  async renamed(from: string, to: string): Promise<void> {
    this.#reads.renamed(from, to);
    await this.#versions.renamed(from, to);
  }

  /**
   * Somebody has put something else in the file's place, in no client's name: an upload, or an earlier version. Outputs
   * that the file had are not put in again.
   */
  async replaced(path: string): Promise<void> {
    await this.#versions.drop(path);
    const had = (await this.#ledger.runsOf(path)).filter((run) => !isPending(run));
    await this.#note(
      [],
      had.map((run) => ({ ...markOf(run), outputs: 'kept' })),
    );
  }

  async #note(folded: readonly RunMark[], released: readonly ReleasedRun[]): Promise<void> {
    if (folded.length > 0) await this.#ledger.folded(folded);
    if (released.length > 0) await this.#ledger.released(released);
  }

  #sight(path: string, actor: string): (run: CellRun) => Sight {
    const sockets = this.#sockets.socketsOf(path);
    this.#reads.meet(path, sockets);
    const read = this.#reads.lastBy(path, actor);
    return (run) =>
      sightOfRun(run, sockets, (socket) => this.#reads.readBy(path, socket), {
        read,
        left: this.#sockets.leftBy(run.kernelId, run.session),
      });
  }
}
