import type { ExecutionTiming } from './execution-timing.ts';
import type { RichOutput } from './nbformat-output.ts';
import {
  addDisplay,
  addStream,
  clearOutputArea,
  emptyOutputArea,
  newDisplay,
  type AreaDisplay,
  type OutputArea,
} from './output-area.ts';
import type { OutputLimits } from './output-limits.ts';
import type { RanOn } from './ran-on.ts';
import type { ExecutionRequested } from './run-input.ts';
import type { RunTexts } from './run-text.ts';

/** The latest run of one cell. What an earlier run still says is dropped, as JupyterLab does (R2). */
export interface CellRun {
  readonly requestId: string;
  readonly notebook: string;
  readonly cellId: string;
  readonly area: OutputArea;
  /** What this run shows under a display id and a later message may update. */
  readonly displays: Map<string, AreaDisplay>;
  /** Where all that it printed is, also what its cell shows no longer. */
  readonly texts: RunTexts;
  readonly recordTiming: boolean;
  timing: ExecutionTiming | null;
  executionCount: number | null;
  /** Null: on its notebook's own kernel. */
  ranOn: RanOn | null;
  outcome: RunOutcome | null;
  /** The kernel said `idle` about this request. */
  isIdle: boolean;
  /** Grows with each change, so that a writer sees which cells to write. */
  revision: number;
}

/** `interrupted`: the kernel went away before it replied. */
export type RunOutcome = 'ok' | 'error' | 'aborted' | 'interrupted';

/** For each display id the runs that show it now. */
export type ShownDisplays = Map<string, Set<CellRun>>;

export function newCellRun(request: ExecutionRequested, limits: OutputLimits): CellRun {
  const { requestId, notebook, cellId, recordTiming } = request;
  return {
    requestId,
    notebook,
    cellId,
    area: emptyOutputArea(limits),
    displays: new Map(),
    texts: new Map(),
    recordTiming,
    timing: null,
    executionCount: null,
    ranOn: null,
    outcome: null,
    isIdle: false,
    revision: 1,
  };
}

export function printInCell(shown: ShownDisplays, run: CellRun, name: string, text: string): void {
  if (run.area.isClearPending) forgetDisplays(shown, run);
  forgetHidden(shown, run, addStream(run.area, name, text));
  run.revision++;
}

/** @param displayId under which later messages update this output; null for one that nobody can address */
export function showInCell(
  shown: ShownDisplays,
  run: CellRun,
  output: RichOutput,
  displayId: string | null,
): void {
  if (run.area.isClearPending) forgetDisplays(shown, run);
  const known = displayId === null ? undefined : run.displays.get(displayId);
  const display: AreaDisplay = known ?? newDisplay(output, displayId);
  display.output = output;
  forgetHidden(shown, run, addDisplay(run.area, display));
  run.revision++;
  if (displayId === null || known !== undefined) return;
  run.displays.set(displayId, display);
  const runs = shown.get(displayId);
  if (runs === undefined) shown.set(displayId, new Set([run]));
  else runs.add(run);
}

export function updateInCell(run: CellRun, displayId: string, output: RichOutput): void {
  const display = run.displays.get(displayId);
  if (display === undefined) return;
  display.output = output;
  run.revision++;
}

export function clearCell(shown: ShownDisplays, run: CellRun, wait: boolean): void {
  if (!wait) {
    forgetDisplays(shown, run);
    run.revision++;
  }
  clearOutputArea(run.area, wait);
}

export function forgetDisplays(shown: ShownDisplays, run: CellRun): void {
  for (const displayId of run.displays.keys()) forgetShown(shown, run, displayId);
  run.displays.clear();
}

/** What is left out of the cell is no longer updated (L5). */
function forgetHidden(shown: ShownDisplays, run: CellRun, hidden: readonly AreaDisplay[]): void {
  for (const { displayId } of hidden) {
    if (displayId === null) continue;
    run.displays.delete(displayId);
    forgetShown(shown, run, displayId);
  }
}

function forgetShown(shown: ShownDisplays, run: CellRun, displayId: string): void {
  const runs = shown.get(displayId);
  runs?.delete(run);
  if (runs?.size === 0) shown.delete(displayId);
}

export function recordTiming(run: CellRun, timing: ExecutionTiming): void {
  if (!run.recordTiming || Object.keys(timing).length === 0) return;
  run.timing = { ...run.timing, ...timing };
  run.revision++;
}
