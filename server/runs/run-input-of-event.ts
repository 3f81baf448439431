import type { NewEvent } from '../../event-log/event.ts';
import { parseJsonFrame } from './json-frame.ts';
import type { JsonObject } from './nbformat-output.ts';
import type { KernelSaid } from './run-input.ts';

/** What a client asked a kernel to run, as far as a notebook's cell did. */
export interface RequestedCell {
  readonly requestId: string;
  readonly session: string;
  readonly path: string;
  readonly cellId: string;
  readonly code: string;
  readonly recordTiming: boolean;
  /** Cells that are no longer in the notebook. */
  readonly deletedCells: readonly string[];
}

type RequestEvent = Extract<NewEvent, { type: 'execution-requested' }>;
type MessageEvent = Extract<NewEvent, { type: 'kernel-message' }>;

/** Whether it is Lab's own name for a document until it has told its path (contract §4). */
export function isUnnamed(path: string): boolean {
  return /(^|\/)[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(path);
}

/** Whether a session's path can be a notebook's. Consoles send ids of cells too, which are in no file (contract §4). */
export function mayBeNotebook(path: string): boolean {
  return path.endsWith('.ipynb') || isUnnamed(path);
}

/** @returns null for what belongs to no notebook: of extensions, of consoles, of clients that name no cell (contract §4) */
export function requestedCellOf({ data, frames }: RequestEvent): RequestedCell | null {
  const { messageId, session, cellId, path, position } = data;
  if (cellId === null || path === null || !mayBeNotebook(path)) return null;
  const { code, silent, store_history: storeHistory } = parseJsonFrame(frames[3]);
  if (typeof code !== 'string' || silent === true || storeHistory === false) return null;
  const metadata = parseJsonFrame(frames[2]);
  // Lab's notebooks say both. Its consoles, which may share a notebook's kernel, and VS Code name a cell and say neither.
  // Who runs the kernel in its page asks for cells of its notebook alone.
  if (position === undefined && !('recordTiming' in metadata) && !('deletedCells' in metadata)) return null;
  const { recordTiming, deletedCells } = metadata;
  return {
    requestId: messageId,
    session,
    path,
    cellId,
    code,
    recordTiming: recordTiming === true,
    deletedCells: Array.isArray(deletedCells)
      ? deletedCells.filter((id): id is string => typeof id === 'string')
      : [],
  };
}

const DATED: ReadonlySet<string> = new Set(['status', 'execute_input', 'execute_reply']);
/** Whose metadata say when the cell ran, and where. */
const OF_EXECUTION: ReadonlySet<string> = new Set(['execute_input', 'execute_reply']);
const NO_METADATA: JsonObject = {};

/** Of the header and the metadata only what the fold looks at is parsed: most messages are text. */
export function kernelSaidOf(
  { data, causedBy, frames }: MessageEvent,
  { sequence, time }: { readonly sequence: number; readonly time: number },
): KernelSaid {
  const { messageType, messageId } = data;
  const { date } = DATED.has(messageType) ? parseJsonFrame(frames[0]) : NO_METADATA;
  return {
    type: 'kernel-message',
    sequence,
    messageType,
    messageId,
    parentMessageId: causedBy,
    date: typeof date === 'string' ? date : new Date(time).toISOString(),
    metadata: OF_EXECUTION.has(messageType) ? parseJsonFrame(frames[2]) : NO_METADATA,
    content: parseJsonFrame(frames[3]),
  };
}
