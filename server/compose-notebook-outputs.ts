import { join } from 'node:path';
import type { ContentChange } from './contents/content-store.ts';
import type { ReleasedRun, RunMark } from './notebook-outputs/cell-run.ts';
import type { NotebookFiles } from './notebook-outputs/notebook-file.ts';
import { NotebookOutputs } from './notebook-outputs/notebook-outputs.ts';
import type { KernelClient } from './notebook-outputs/open-sockets.ts';
import { OpenSockets } from './notebook-outputs/open-sockets.ts';
import { OutputSaver } from './notebook-outputs/output-saver.ts';
import { ReportedVersions } from './notebook-outputs/reported-versions.ts';
import type { RunLedger } from './runs/run-ledger.ts';

export interface ComposedNotebookOutputs {
  readonly outputs: NotebookOutputs;
  onSocketOpened(kernelId: string, client: KernelClient): void;
  onSocketClosed(kernelId: string, client: KernelClient): void;
  /** A notebook is no longer open as a shared document. */
  onDocumentClosed(path: string): void;
  /** Resolves when what clients know files as has followed. */
  onContentChange(change: ContentChange): Promise<void>;
  /** From here on outputs are written into files. */
  saveInto(files: NotebookFiles): void;
  /** Writes what is still due. Idempotent. */
  close(): Promise<void>;
}

/** What kernels put out, in what clients read and save of notebooks, and in their files. */
export async function composeNotebookOutputs(deps: {
  readonly stateDirectory: string;
  readonly runs: RunLedger;
  readonly documentOf: (kernelId: string) => string | null;
  /** How many notebooks' sessions run on a kernel. */
  readonly notebooksOn: (kernelId: string) => number;
  /** Whether a notebook is open as a shared document: then outputs go into that, and nothing of this into its file. */
  readonly isShared: (path: string) => boolean;
  /** Whether it has a shared document, open or not: what people typed is in that one's history. */
  readonly isDocument: (path: string) => Promise<boolean>;
  readonly warn: (message: string) => void;
}): Promise<ComposedNotebookOutputs> {
  const { runs, isShared, isDocument, warn } = deps;
  const ledger = {
    runsOf: (path: string) => runs.runsOf(path),
    cellsInOrder: (path: string) => cellsInOrder(runs, path),
    notebooks: () => runs.notebooks(),
    folded: (marks: readonly RunMark[]) => runs.folded(marks),
    released: (released: readonly ReleasedRun[]) => runs.released(released),
    onChanged: (listener: (path: string) => void) => runs.onChanged(listener),
  };
  const now = Date.now;
  const sockets = new OpenSockets({ documentOf: deps.documentOf, notebooksOn: deps.notebooksOn, now });
  const versions = await ReportedVersions.open(join(deps.stateDirectory, 'reported-notebooks.json'), warn);
  const outputs = new NotebookOutputs({ ledger, sockets, versions, isDocument, now });
  let saver: OutputSaver | null = null;
  return {
    outputs,
    onSocketOpened: (kernelId, client) => sockets.opened(kernelId, client),
    onSocketClosed(kernelId, client) {
      const path = sockets.closed(kernelId, client);
      if (path !== null) saver?.closed(path);
    },
    onDocumentClosed: (path) => saver?.closed(path),
    async onContentChange(change) {
      if (change.action === 'rename') await outputs.renamed(change.sourcePath, change.path);
      if (change.action === 'delete') await versions.forget(change.path);
      if (change.action === 'save' && change.type !== 'directory') {
        const { path, sha256 } = change;
        if (sha256 === null || versions.byHash(path, sha256) === null) await outputs.replaced(path);
      }
    },
    saveInto(files) {
      saver = new OutputSaver({ ledger, files, sockets, versions, isShared, isDocument, warn });
      void saver.start();
    },
    close: async () => saver?.close(),
  };
}

/** So many of the last runs of a notebook tell in which order its cells ran. */
const RUNS_IN_ORDER = 1000;

async function cellsInOrder(runs: RunLedger, path: string): Promise<readonly string[]> {
  const ofNotebook = { path, cellId: null, kernelId: null, status: null, before: null };
  const newestFirst = await runs.select(ofNotebook, RUNS_IN_ORDER);
  return [...new Set(newestFirst.map(({ record }) => record.cellId))].reverse();
}
