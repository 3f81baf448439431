import type { NewEvent } from '../../event-log/event.ts';
import { clearCell } from './cell-run.ts';
import type { CommittedEvent } from './committed-event.ts';
import { changesRuns, runsTouchedBy } from './relevant-message.ts';
import { evolve, initialState, type OutputFolderState } from './output-folder.ts';
import { printedPieces } from './printed-pieces.ts';
import { pruneRecords } from './prune-records.ts';
import type { RunRecord } from './run-record.ts';
import { isOver, sourceHashOf } from './run-record.ts';
import { isUnnamed, kernelSaidOf, mayBeNotebook, requestedCellOf } from './run-input-of-event.ts';
import type { RunText } from './run-text.ts';
import { heardOf, kernelDied, kernelStopped } from './run-status.ts';

/** All runs of one kernel, and what they put into cells: a function of its stream. Plain data, as the folder's state is. */
export interface KernelRuns {
  readonly kernelId: string;
  /** Through which its stream is folded. */
  sequence: number;
  /** The kernel is over for good. */
  isEnded: boolean;
  readonly folder: OutputFolderState;
  /** By id, in the order in which they were asked for. */
  readonly records: Map<string, RunRecord>;
  /** By path, what the folder calls the notebook: the path it had first, and since when. */
  readonly notebooks: Map<string, string>;
}

type At = Pick<CommittedEvent, 'sequence' | 'time'>;
type EventOf<Type extends NewEvent['type']> = Extract<NewEvent, { type: Type }>;

export function noKernelRuns(kernelId: string): KernelRuns {
  return {
    kernelId,
    sequence: 0,
    isEnded: false,
    folder: initialState(),
    records: new Map(),
    notebooks: new Map(),
  };
}

/**
 * Folds the next event into `runs`, which is changed. What the fold does not know is passed over.
 * @param changed is given the paths of the notebooks in which something is another now
 */
export function foldEvent(runs: KernelRuns, committed: CommittedEvent, changed: Set<string>): void {
  const { sequence, event } = committed;
  // What is behind a break is told again.
  if (sequence <= runs.sequence) return;
  runs.sequence = sequence;
  for (const record of fold(runs, committed)) {
    // The kernel's own stream knows it: an execution that is told twice, or a release, is no change of outputs.
    if (event.type !== 'runs-released' && event.type !== 'runs-folded') record.revision = sequence;
    changed.add(record.path);
  }
}

/** @returns the runs that are another now */
function fold(runs: KernelRuns, { sequence, time, event }: CommittedEvent): Iterable<RunRecord> {
  const { type } = event;
  if (type === 'kernel-message') return hear(runs, event, { sequence, time });
  if (type === 'execution-requested') return requestExecution(runs, event, { sequence, time });
  if (type === 'execution-input-replied') return replyToPrompt(runs, event.data);
  if (type === 'kernel-died') return kernelDied(runs.records.values(), time);
  if (type === 'kernel-restarted' || type === 'kernel-ended') return stopKernel(runs, event, time);
  if (type === 'kernel-document-changed') return changeDocument(runs, event.data);
  if (type === 'runs-folded') return foldedIntoFile(runs, event.data);
  if (type === 'runs-released') return release(runs, event.data);
  if (type === 'kernel-started' || type === 'kernel-adopted') runs.isEnded = false;
  return [];
}

function requestExecution(
  runs: KernelRuns,
  event: EventOf<'execution-requested'>,
  { sequence, time }: At,
): RunRecord[] {
  const request = requestedCellOf(event);
  if (request === null) return [];
  const { requestId, path, cellId, code, session, recordTiming } = request;
  const notebook = runs.notebooks.get(path) ?? `${path}#${sequence}`;
  runs.notebooks.set(path, notebook);
  const touched = forgetCells(runs, notebook, [...request.deletedCells, cellId]);
  evolve(runs.folder, { type: 'execution-requested', requestId, notebook, cellId, recordTiming });
  const record: RunRecord = {
    id: requestId,
    notebook,
    path,
    cellId,
    code,
    sourceHash: sourceHashOf(code),
    actor: event.actor,
    session,
    queuedAt: time,
    startedAt: null,
    endedAt: null,
    status: 'queued',
    statusAtEnd: null,
    isIdle: false,
    executionCount: null,
    prompt: null,
    texts: runs.folder.runs.get(requestId)?.texts ?? new Map<string, RunText>(),
    requested: sequence,
    revision: sequence,
    foldedRevision: 0,
    releasedRevision: 0,
  };
  runs.records.delete(requestId);
  runs.records.set(requestId, record);
  pruneRecords(runs);
  return [...touched, record];
}

function replyToPrompt(runs: KernelRuns, data: EventOf<'execution-input-replied'>['data']): RunRecord[] {
  const { promptMessageId, value } = data;
  if (promptMessageId === null) return [];
  evolve(runs.folder, { type: 'execution-input-replied', promptMessageId, value });
  for (const record of runs.records.values()) {
    if (record.prompt?.messageId !== promptMessageId) continue;
    record.prompt = null;
    return [record];
  }
  return [];
}

function hear(runs: KernelRuns, event: EventOf<'kernel-message'>, at: At): Iterable<RunRecord> {
  const record = event.causedBy === null ? undefined : runs.records.get(event.causedBy);
  if (record === undefined && !changesRuns(runs.folder, event)) return [];
  if (record !== undefined && event.data.messageType === 'stream')
    return hearPrinted(runs, record, event, at);
  const said = kernelSaidOf(event, at);
  const touched = runsTouchedBy(runs, said);
  if (record !== undefined && heardOf(record, said, at.time)) touched.add(record);
  evolve(runs.folder, said);
  return touched;
}

/** In pieces, for a message may be large. */
function hearPrinted(
  runs: KernelRuns,
  record: RunRecord,
  { data, causedBy, frames }: EventOf<'kernel-message'>,
  { sequence, time }: At,
): Iterable<RunRecord> {
  const date = new Date(time).toISOString();
  const { messageType, messageId } = data;
  const message = { messageType, messageId, sequence, parentMessageId: causedBy, date, metadata: {} };
  for (const { name, text } of printedPieces(frames[3]))
    evolve(runs.folder, { type: 'kernel-message', ...message, content: { name, text } });
  return runs.folder.runs.has(record.id) ? [record] : [];
}

function stopKernel(
  runs: KernelRuns,
  { type, data: { reason } }: EventOf<'kernel-restarted' | 'kernel-ended'>,
  time: number,
): Iterable<RunRecord> {
  if (type === 'kernel-ended') runs.isEnded = true;
  // Of what died and starts again, `kernel-died` was told before.
  const isOver = type === 'kernel-ended' || reason === 'requested';
  const fate =
    reason === 'requested' || reason === 'culled' || reason === 'server-stopped' ? 'interrupted' : 'lost';
  const touched = new Set(isOver ? kernelStopped(runs.records.values(), fate, time) : []);
  for (const run of runs.folder.runs.values()) {
    const record = runs.records.get(run.requestId);
    if (record !== undefined && (run.outcome === null || !run.isIdle)) touched.add(record);
  }
  evolve(runs.folder, { type, time: new Date(time).toISOString() });
  return touched;
}

/** They have no latest run any more; what was asked stays known until it is over. */
function forgetCells(runs: KernelRuns, notebook: string, cellIds: readonly string[]): RunRecord[] {
  const cells = runs.folder.cells.get(notebook);
  const touched: RunRecord[] = [];
  for (const cellId of cellIds) {
    const record = runs.records.get(cells?.get(cellId)?.requestId ?? '');
    if (record === undefined) continue;
    record.code = null;
    touched.push(record);
  }
  evolve(runs.folder, { type: 'cells-released', notebook, cellIds });
  return touched;
}

/** What had the new path before is another file's, which the rename replaced. */
function changeDocument(runs: KernelRuns, data: EventOf<'kernel-document-changed'>['data']): RunRecord[] {
  const { from, to, isRename } = data;
  const notebook = from === null ? undefined : runs.notebooks.get(from);
  if (from === null || notebook === undefined || from === to) return [];
  // Lab names a document only after its session has begun (contract §4).
  if (!isRename && !isUnnamed(from)) return [];
  const replaced = runs.notebooks.get(to);
  if (replaced !== undefined) forgetNotebook(runs, replaced);
  runs.notebooks.delete(from);
  const moved = [...runs.records.values()].filter((record) => record.notebook === notebook);
  if (!mayBeNotebook(to)) {
    forgetNotebook(runs, notebook);
    return moved;
  }
  runs.notebooks.set(to, notebook);
  for (const record of moved) record.path = to;
  return moved;
}

function forgetNotebook(runs: KernelRuns, notebook: string): void {
  forgetCells(runs, notebook, [...(runs.folder.cells.get(notebook)?.keys() ?? [])]);
}

function foldedIntoFile(runs: KernelRuns, data: EventOf<'runs-folded'>['data']): RunRecord[] {
  return data.runs.flatMap(({ runId, revision }) => {
    const record = runs.records.get(runId);
    if (record === undefined || record.foldedRevision >= revision) return [];
    record.foldedRevision = revision;
    return [record];
  });
}

function release(runs: KernelRuns, data: EventOf<'runs-released'>['data']): RunRecord[] {
  const touched = data.runs.flatMap(({ runId, revision, outputs }) => {
    const record = runs.records.get(runId);
    if (record === undefined) return [];
    if (outputs === 'gone') return forgetCells(runs, record.notebook, [record.cellId]);
    record.releasedRevision = Math.max(record.releasedRevision, revision);
    const run = runs.folder.runs.get(runId);
    // What came since is shown below what was cleared: in doubt it all stays.
    const isEmptied = outputs === 'emptied' || (outputs === 'cleared' && record.revision <= revision);
    if (isEmptied && run !== undefined) clearCell(runs.folder.shown, run, false);
    return [record];
  });
  pruneRecords(runs);
  return touched;
}

/** Whether the notebook's file does not yet have, or may yet lose, what this run put out. */
export function isUnreleased(runs: KernelRuns, record: RunRecord): boolean {
  return runs.folder.runs.has(record.id) && (!isOver(record) || record.revision > record.releasedRevision);
}
