import {
  clearCell,
  forgetDisplays,
  newCellRun,
  printInCell,
  recordTiming,
  showInCell,
  updateInCell,
  type CellRun,
  type ShownDisplays,
} from './cell-run.ts';
import { parseExecuteReply } from './execute-reply.ts';
import { failureTiming, iopubTiming, replyTiming } from './execution-timing.ts';
import { answerPrompt, closePromptsOf, openPrompt, type OpenPrompts } from './input-echo.ts';
import type { JsonObject, RichOutput } from './nbformat-output.ts';
import { displayIdOf, parseRichOutput, parseStream, type PrintedText } from './output-content.ts';
import { OUTPUT_LIMITS, type OutputLimits } from './output-limits.ts';
import {
  foldComm,
  foldIntoWidget,
  noOutputWidgets,
  widgetCapturing,
  type OutputWidgets,
} from './output-widgets.ts';
import { ranOnIn } from './ran-on.ts';
import { noteText } from './run-text.ts';
import type { CellsReleased, ExecutionRequested, KernelSaid, KernelStopped, RunInput } from './run-input.ts';

/** What one kernel has put into the cells of all notebooks that run on it. Plain data: Maps, Sets, arrays, objects. */
export interface OutputFolderState {
  readonly limits: OutputLimits;
  /** By notebook, then by cell id. */
  readonly cells: Map<string, Map<string, CellRun>>;
  /** The same runs by their request. */
  readonly runs: Map<string, CellRun>;
  readonly shown: ShownDisplays;
  readonly widgets: OutputWidgets;
  readonly prompts: OpenPrompts;
}

export function initialState(limits: OutputLimits = OUTPUT_LIMITS): OutputFolderState {
  return {
    limits,
    cells: new Map(),
    runs: new Map(),
    shown: new Map(),
    widgets: noOutputWidgets(),
    prompts: new Map(),
  };
}

/**
 * Folds the next input, with JupyterLab's semantics (SPEC.md). The state that is given is used up: it is changed and
 * returned, since copying it at each message would make a long stream cost its square. Inputs are neither changed nor
 * copied; whoever folds must not change them afterwards.
 */
export function evolve(state: OutputFolderState, input: RunInput): OutputFolderState {
  switch (input.type) {
    case 'execution-requested':
      requestExecution(state, input);
      return state;
    case 'execution-input-replied': {
      const answer = answerPrompt(state.prompts, input.promptMessageId, input.value);
      if (answer !== null) printInCell(state.shown, answer.run, 'stdin', answer.text);
      return state;
    }
    case 'kernel-message':
      foldMessage(state, input);
      return state;
    case 'kernel-restarted':
    case 'kernel-ended':
      stopKernel(state, input);
      return state;
    case 'cells-released':
      releaseCells(state, input);
      return state;
  }
}

/** A cell is empty from the moment that it is asked to run again, before the kernel has heard of it (R1). */
function requestExecution(state: OutputFolderState, request: ExecutionRequested): void {
  const { notebook, cellId } = request;
  const cells = state.cells.get(notebook) ?? new Map<string, CellRun>();
  const before = cells.get(cellId);
  if (before !== undefined) forgetRun(state, before);
  const run = newCellRun(request, state.limits);
  if (before !== undefined) run.revision = before.revision + 1;
  cells.set(cellId, run);
  state.cells.set(notebook, cells);
  state.runs.set(run.requestId, run);
}

/** In the order of JupyterLab's kernel connection: updates of displays, then widgets or the cell, then comms. */
function foldMessage(state: OutputFolderState, message: KernelSaid): void {
  const { messageType, parentMessageId, content } = message;
  const displayId = displayIdOf(messageType, content);
  const output = parseRichOutput(messageType, content);
  const stream = messageType === 'stream' ? parseStream(content) : null;
  if (displayId !== null && output !== null) updateDisplays(state, displayId, content);
  if (parentMessageId !== null) {
    const run = state.runs.get(parentMessageId);
    const widget = widgetCapturing(state.widgets, parentMessageId);
    if (messageType === 'execute_reply' || messageType === 'input_request') {
      if (run !== undefined) foldReply(state, run, message);
    } else if (widget !== undefined) {
      foldIntoWidget(widget, messageType, content);
    } else if (run !== undefined) {
      foldIntoCell(state, run, message, stream ?? output, displayId);
    }
    if (run !== undefined && stream !== null) noteText(run.texts, stream.name, stream.text, message.sequence);
    if (run !== undefined && messageType === 'status' && content['execution_state'] === 'idle')
      finish(state, run);
  }
  foldComm(state.widgets, messageType, content, state.limits);
}

/** All cells that show the id, on every notebook of the kernel, but those whose output a widget gets (D4). */
function updateDisplays(state: OutputFolderState, displayId: string, content: JsonObject): void {
  const runs = state.shown.get(displayId);
  const output = runs === undefined ? null : parseRichOutput('update_display_data', content);
  if (runs === undefined || output === null) return;
  for (const run of runs)
    if (widgetCapturing(state.widgets, run.requestId) === undefined) updateInCell(run, displayId, output);
}

function foldIntoCell(
  state: OutputFolderState,
  run: CellRun,
  { messageType, content, metadata, date }: KernelSaid,
  output: PrintedText | RichOutput | null,
  displayId: string | null,
): void {
  if (output !== null && 'text' in output) {
    printInCell(state.shown, run, output.name, output.text);
    return;
  }
  switch (messageType) {
    case 'clear_output':
      if (typeof content['wait'] === 'boolean') clearCell(state.shown, run, content['wait']);
      return;
    case 'status':
    case 'execute_input':
      recordTiming(run, iopubTiming(messageType, content, date));
      run.ranOn ??= ranOnIn(metadata);
      if (typeof content['execution_count'] === 'number') {
        run.executionCount = content['execution_count'];
        run.revision++;
      }
      return;
    case 'update_display_data':
      return;
    default:
      // JupyterLab lets no update reach a result, even one that came with a display id (D3).
      if (output !== null)
        showInCell(state.shown, run, output, messageType === 'display_data' ? displayId : null);
  }
}

/** What comes by the channels of its own request: no widget ever gets that (W3). */
function foldReply(
  state: OutputFolderState,
  run: CellRun,
  { messageType, messageId, metadata, content, date }: KernelSaid,
): void {
  if (messageType === 'input_request') {
    openPrompt(state.prompts, messageId, run, content);
    return;
  }
  const reply = parseExecuteReply(content);
  run.outcome = reply.outcome;
  run.executionCount = reply.executionCount;
  run.ranOn ??= ranOnIn(metadata);
  run.revision++;
  recordTiming(run, replyTiming(metadata, date));
  if (reply.page !== null) showInCell(state.shown, run, reply.page, null);
}

function finish(state: OutputFolderState, run: CellRun): void {
  run.isIdle = true;
  run.revision++;
  closePromptsOf(state.prompts, run);
}

/** Outputs stay; nothing updates them any more, and display ids of the next process are others (K1). */
function stopKernel(state: OutputFolderState, { time }: KernelStopped): void {
  for (const run of state.runs.values()) {
    run.displays.clear();
    if (run.outcome !== null && run.isIdle) continue;
    run.outcome ??= 'interrupted';
    run.isIdle = true;
    run.revision++;
    recordTiming(run, failureTiming(time));
  }
  state.shown.clear();
  state.prompts.clear();
  state.widgets.byComm.clear();
  state.widgets.redirections.clear();
}

function releaseCells(state: OutputFolderState, { notebook, cellIds }: CellsReleased): void {
  const cells = state.cells.get(notebook);
  if (cells === undefined) return;
  for (const cellId of cellIds) {
    const run = cells.get(cellId);
    if (run !== undefined) forgetRun(state, run);
    cells.delete(cellId);
  }
  if (cells.size === 0) state.cells.delete(notebook);
}

/** JupyterLab disposes of a run with its redirections and displays. */
function forgetRun(state: OutputFolderState, run: CellRun): void {
  state.runs.delete(run.requestId);
  state.widgets.redirections.delete(run.requestId);
  forgetDisplays(state.shown, run);
  closePromptsOf(state.prompts, run);
}
