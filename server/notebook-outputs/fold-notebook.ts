import type { CellRun, ReleasedRun, RunMark } from './cell-run.ts';
import { isPending, markOf } from './cell-run.ts';
import type { FileOnDisk } from './notebook-file.ts';
import type { JsonObject, NotebookJson } from './notebook-json.ts';
import { overlayOutputs } from './overlay-outputs.ts';
import { recoverCells } from './recover-cells.ts';
import { showsResult } from './show-result.ts';

export interface FoldedNotebook {
  /** The same object where nothing is another. */
  readonly notebook: NotebookJson;
  /** All rich outputs are of runs that were made here, or were trusted before. */
  readonly isTrusted: boolean;
  readonly folded: readonly RunMark[];
  /** Their cells were taken out of the file by another program. */
  readonly released: readonly ReleasedRun[];
}

/**
 * What a notebook's file becomes with what runs have said.
 * @param isOpen some client has it open, which goes on editing, or it has a shared document, whose history has what was
 * typed and its file lacks: its cells and their code are theirs
 * @param savedAt when somebody saved it last, in milliseconds since the epoch
 * @param isOurs the server wrote what is on disk
 * @param isShared several notebooks run on a kernel: which of them a cell belongs to is told by its id alone
 */
export function foldNotebook(
  { notebook, idsAreOwn, isTrusted }: Pick<FileOnDisk, 'notebook' | 'idsAreOwn' | 'isTrusted'>,
  runs: readonly CellRun[],
  {
    isOpen,
    savedAt,
    isOurs,
    isShared,
    order,
  }: {
    isOpen: boolean;
    savedAt: number;
    isOurs: () => boolean;
    isShared: (kernelId: string) => boolean;
    order: readonly string[];
  },
): FoldedNotebook {
  const { placed } = overlayOutputs(notebook, runs, idsAreOwn);
  const inFile = new Set(placed);
  const isTakenOut = (run: CellRun): boolean => run.foldedRevision > 0 && !inFile.has(run) && !isOurs();
  const takenOut = isOpen ? [] : runs.filter(isTakenOut);
  const wanted = runs.filter((run) => !takenOut.includes(run));
  // What another program has put in the place of ours is newer, whatever its time says.
  const mayRecover = (run: CellRun): boolean =>
    !isShared(run.kernelId) && (run.foldedRevision === 0 || isOurs());
  const recovered = isOpen
    ? notebook
    : recoverCells(notebook, wanted.filter(mayRecover), { order, savedAt, idsAreOwn });
  const due = wanted.filter((run) => isPending(run) || !inFile.has(run));
  const result = overlayOutputs(recovered, due, idsAreOwn);
  return {
    notebook: result.notebook,
    isTrusted: isTrusted || allRichOutputsAreOf(wanted, result.notebook),
    folded: result.placed.filter(isPending).map(markOf),
    released: takenOut.map((run) => ({ ...markOf(run), outputs: 'gone' })),
  };
}

function allRichOutputsAreOf(runs: readonly CellRun[], { cells }: NotebookJson): boolean {
  const byCell = new Map(runs.map((run) => [run.cellId, run]));
  return cells.every((cell) => {
    if (!hasRichOutputs(cell)) return true;
    const run = byCell.get(String(cell['id']));
    return run !== undefined && showsResult(cell, run);
  });
}

/** What a browser would render as it is, if it is trusted. */
function hasRichOutputs({ cell_type: type, outputs }: JsonObject): boolean {
  if (type !== 'code' || !Array.isArray(outputs)) return false;
  return (outputs as JsonObject[]).some((output) =>
    ['display_data', 'execute_result'].includes(String(output?.['output_type'])),
  );
}
