import type { CellRun, RunOutcome } from './cell-run.ts';
import type { ExecutionTiming } from './execution-timing.ts';
import type { NbformatOutput } from './nbformat-output.ts';
import { readOutputArea } from './output-area.ts';
import type { OutputFolderState } from './output-folder.ts';
import type { RanOn } from './ran-on.ts';
import { runTextPath } from './run-text-path.ts';
import type { RunTexts } from './run-text.ts';

/** What a notebook's cell shows of its latest run. */
export interface CellResult {
  readonly requestId: string;
  readonly outputs: readonly NbformatOutput[];
  readonly executionCount: number | null;
  /** Belongs into the cell's metadata as `execution`; null: the cell has none. */
  readonly timing: ExecutionTiming | null;
  /** Null: on its notebook's own kernel. */
  readonly ranOn: RanOn | null;
  readonly outcome: RunOutcome | null;
  /** The reply and `idle` are both there. Outputs may still come, from tasks and threads. */
  readonly isDone: boolean;
  /** Where all that it printed is in the kernel's stream. */
  readonly texts: RunTexts;
  /** Larger than before whenever anything above is another. */
  readonly revision: number;
}

/**
 * @param baseUrl of the server, for the links to what is left out
 * @returns null for a cell that was not run since the fold began, or was released
 */
export function cellResult(
  state: OutputFolderState,
  notebook: string,
  cellId: string,
  baseUrl = '/',
): CellResult | null {
  const run = state.cells.get(notebook)?.get(cellId);
  return run === undefined ? null : resultOf(run, baseUrl);
}

/** @param baseUrl of the server, for the links to what is left out */
export function resultOf(run: CellRun, baseUrl: string): CellResult {
  const { requestId, executionCount, timing, ranOn, outcome, texts, revision } = run;
  const outputs = readOutputArea(run.area, (name) =>
    texts.has(name) ? runTextPath(baseUrl, requestId, name) : null,
  );
  return {
    requestId,
    outputs,
    executionCount,
    timing,
    ranOn,
    outcome,
    isDone: outcome !== null && run.isIdle,
    texts,
    revision,
  };
}

/** The `outputs` of an Output widget's model, which browsers show in the place of the widget. */
export function widgetOutputs(state: OutputFolderState, commId: string): readonly NbformatOutput[] | null {
  const widget = state.widgets.byComm.get(commId);
  return widget === undefined ? null : readOutputArea(widget.area, () => null);
}
