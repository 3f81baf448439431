import type { RunLedger } from './cell-run.ts';
import { isPending } from './cell-run.ts';
import { foldNotebook } from './fold-notebook.ts';
import { FoldSchedule } from './fold-schedule.ts';
import type { FileOnDisk, NotebookFiles } from './notebook-file.ts';
import type { NotebookSockets } from './notebook-outputs.ts';
import type { ReportedVersions } from './reported-versions.ts';

export interface OutputSaverDependencies {
  readonly ledger: RunLedger;
  readonly files: NotebookFiles;
  readonly sockets: NotebookSockets;
  readonly versions: ReportedVersions;
  /** Whether it is open as a shared document, whose own saver writes its file. */
  readonly isShared: (path: string) => boolean;
  /** Whether it has a shared document, open or not. */
  readonly isDocument: (path: string) => Promise<boolean>;
  /** Told what an operator should know, one sentence a call. */
  readonly warn: (message: string) => void;
}

const MOST_TOLD = 1000;

/** Writes what runs have put out into the files of their notebooks, whether or not a browser is there (I2). */
export class OutputSaver {
  readonly #deps: OutputSaverDependencies;
  readonly #schedule: FoldSchedule;
  readonly #stopListening: () => void;
  /** What was said of each notebook that outputs could not be written into. */
  readonly #told = new Map<string, string>();

  constructor(deps: OutputSaverDependencies) {
    this.#deps = deps;
    this.#schedule = new FoldSchedule((path) => this.#fold(path));
    this.#stopListening = deps.ledger.onChanged((path) => this.#schedule.changed(path));
  }

  /** Goes on with what a server before left. */
  async start(): Promise<void> {
    for (const path of await this.#deps.ledger.notebooks()) this.#schedule.changed(path);
  }

  /** Nobody has the notebook open any more as what it was, and what is due may be left. */
  closed(path: string): void {
    this.#schedule.changed(path);
  }

  /** Writes what is still due. Idempotent. */
  async close(): Promise<void> {
    this.#stopListening();
    await this.#schedule.close();
  }

  async #fold(path: string): Promise<void> {
    const { files, warn } = this.#deps;
    try {
      // One that is gone is never made anew, and one that has no name yet is not there.
      if (!path.endsWith('.ipynb') || this.#deps.isShared(path) || !(await files.exists(path))) return;
      await this.#write(path);
      this.#told.delete(path);
    } catch (error) {
      this.#schedule.again(path);
      const reason = String(error);
      if (this.#told.get(path) === reason) return;
      this.#told.set(path, reason);
      const [oldest] = this.#told.keys();
      if (this.#told.size > MOST_TOLD && oldest !== undefined) this.#told.delete(oldest);
      warn(`Outputs could not be written into ${path}, and stay with the server: ${reason}`);
    }
  }

  async #write(path: string): Promise<void> {
    const { ledger, files, sockets, versions, isDocument } = this.#deps;
    const runs = await ledger.runsOf(path);
    const isOpen = sockets.socketsOf(path).length > 0 || (await isDocument(path));
    if (runs.length === 0 || (isOpen && !runs.some(isPending))) return;
    const order = isOpen ? [] : await ledger.cellsInOrder(path);
    let outcome: ReturnType<typeof foldNotebook> | null = null;
    const written = await files.rewrite(path, async (file) => {
      const reported = versions.byHash(path, file.sha256);
      const as = reported ?? { sha256: file.sha256, modified: file.modified };
      const isOurs = (): boolean => reported !== null;
      const isShared = (kernelId: string): boolean => sockets.isShared(kernelId);
      const savedAt = Date.parse(as.modified);
      outcome = foldNotebook(file, runs, { isOpen, savedAt, isOurs, isShared, order });
      if (outcome.notebook === file.notebook) return Promise.resolve(null);
      return {
        notebook: outcome.notebook,
        isTrusted: outcome.isTrusted,
        keepsExisting: !isFold(file, reported),
        announce: (sha256) => versions.folding(path, file.sha256, sha256, as),
      };
    });
    if (written !== null) await versions.folded(path, written.sha256, written.stats);
    await this.#note(outcome);
  }

  async #note(outcome: ReturnType<typeof foldNotebook> | null): Promise<void> {
    const { ledger } = this.#deps;
    if (outcome === null) return;
    if (outcome.folded.length > 0) await ledger.folded(outcome.folded);
    if (outcome.released.length > 0) await ledger.released(outcome.released);
  }
}

/** A version of a file in which nothing is but what the one before had, and outputs of runs. */
function isFold(file: FileOnDisk, reported: { readonly sha256: string } | null): boolean {
  return reported !== null && reported.sha256 !== file.sha256;
}
