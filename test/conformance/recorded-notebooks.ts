import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunInput } from '../../server/runs/run-input.ts';
import {
  killLeftBehind,
  makeServerFolders,
  removeServerFolders,
  serverEnvironment,
} from '../servers/server-folders.ts';
import { PREFIX } from '../servers/stock-server.ts';
import { NOTEBOOK } from '../doubles/folded-cells.ts';

/** What nbclient heard of one notebook's kernel, and what it made of it. */
export interface RecordedNotebook {
  readonly inputs: RunInput[];
  readonly cells: readonly RecordedCell[];
  /** By comm, the `outputs` of Output widgets. */
  readonly widgets: Readonly<Record<string, RecordedOutput[]>>;
}

export interface RecordedCell {
  readonly execution_count: number | null;
  readonly metadata: { readonly execution: Readonly<Record<string, string>> };
  readonly outputs: readonly RecordedOutput[];
}

export type RecordedOutput = Readonly<Record<string, unknown>>;

interface Message {
  readonly header: { readonly msg_id: string; readonly msg_type: string; readonly date: string };
  readonly parent_header: { readonly msg_id?: string };
  readonly metadata: Record<string, unknown>;
  readonly content: Record<string, unknown>;
}
type Line = { readonly name: string } & (
  | { readonly request: string; readonly cell: string }
  | { readonly message: Message }
  | Omit<RecordedNotebook, 'inputs'>
);

/** Runs each notebook on an ipykernel of its own, with nbclient, in folders of their own. Takes seconds each. */
export function recordNotebooks(
  notebooks: Readonly<Record<string, readonly string[]>>,
): Map<string, RecordedNotebook> {
  const folders = makeServerFolders();
  try {
    const sources = join(folders.root, 'notebooks.json');
    const recording = join(folders.root, 'recording.jsonl');
    writeFileSync(sources, JSON.stringify(notebooks));
    const script = join(import.meta.dirname, 'python', 'recorded_notebooks.py');
    const { status, stderr } = spawnSync(join(PREFIX, 'bin', 'python'), [script, recording, sources], {
      cwd: folders.root,
      env: serverEnvironment(folders),
      encoding: 'utf8',
      timeout: 300_000,
    });
    if (status !== 0) throw new Error(`recorded_notebooks.py ended with ${status}:\n${stderr}`);
    return readRecording(readFileSync(recording, 'utf8'));
  } finally {
    killLeftBehind(folders);
    removeServerFolders(folders);
  }
}

function readRecording(written: string): Map<string, RecordedNotebook> {
  const recorded = new Map<string, RecordedNotebook>();
  let inputs: RunInput[] = [];
  for (const text of written.trim().split('\n')) {
    const line = JSON.parse(text) as Line;
    if ('request' in line) inputs.push(requested(line.request, line.cell));
    else if ('message' in line) inputs.push(said(line.message));
    else {
      recorded.set(line.name, { inputs, cells: line.cells, widgets: line.widgets });
      inputs = [];
    }
  }
  return recorded;
}

const requested = (requestId: string, cellId: string): RunInput => ({
  type: 'execution-requested',
  requestId,
  notebook: NOTEBOOK,
  cellId,
  recordTiming: true,
});

const said = ({ header, parent_header: parent, metadata, content }: Message): RunInput => ({
  type: 'kernel-message',
  sequence: 1,
  messageType: header.msg_type,
  messageId: header.msg_id,
  parentMessageId: parent.msg_id ?? null,
  date: header.date,
  metadata,
  content,
});
