import type { NewEvent } from '../../event-log/event.ts';
import { displayIdOf } from './output-content.ts';
import type { OutputFolderState } from './output-folder.ts';
import type { KernelSaid } from './run-input.ts';
import type { KernelRuns } from './kernel-runs.ts';
import type { RunRecord } from './run-record.ts';

type MessageEvent = Extract<NewEvent, { type: 'kernel-message' }>;

/**
 * Whether a message that belongs to no known run still counts (M3): only those are parsed, for a kernel may say
 * millions that do not.
 */
export function changesRuns(folder: OutputFolderState, { data, causedBy, frames }: MessageEvent): boolean {
  const { byComm, redirections } = folder.widgets;
  if (causedBy !== null && redirections.has(causedBy)) return true;
  switch (data.messageType) {
    case 'display_data':
    case 'update_display_data':
    case 'execute_result':
      return folder.shown.size > 0;
    case 'comm_open':
      return asBuffer(frames[3]).includes('OutputModel');
    case 'comm_msg':
    case 'comm_close':
      return byComm.size > 0;
    default:
      return false;
  }
}

/** Runs whose outputs this message is about to change: its own, and all that show what it updates. */
export function runsTouchedBy({ folder, records }: KernelRuns, said: KernelSaid): Set<RunRecord> {
  const touched = new Set<RunRecord>();
  const add = (id: string): void => {
    const record = records.get(id);
    if (record !== undefined && folder.runs.has(id)) touched.add(record);
  };
  if (said.parentMessageId !== null) add(said.parentMessageId);
  if (folder.shown.size === 0) return touched;
  const displayId = displayIdOf(said.messageType, said.content);
  if (displayId !== null) for (const run of folder.shown.get(displayId) ?? []) add(run.requestId);
  return touched;
}

function asBuffer(frame: Uint8Array | undefined): Buffer {
  return frame === undefined
    ? Buffer.alloc(0)
    : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
}
