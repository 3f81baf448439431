import { createHash } from 'node:crypto';
import type { RunTexts } from './run-text.ts';

/**
 * `queued` and `running` end in one of the others: `done` and `failed` by the kernel's own reply; `aborted` was never
 * begun, for what was before it failed or its kernel went away; `cancelled` neither, for somebody took it back;
 * `interrupted` by a person, a restart or a shutdown; `lost` with a kernel that ended unasked.
 */
export type RunStatus =
  'queued' | 'running' | 'done' | 'failed' | 'aborted' | 'cancelled' | 'interrupted' | 'lost';

/** What a kernel waits for somebody to type. */
export interface InputPrompt {
  readonly messageId: string;
  readonly prompt: string;
  readonly isPassword: boolean;
}

/** One execution of one cell. Plain data; its outputs are in the output folder's state while it is its cell's latest. */
export interface RunRecord {
  /** The message id of its request. */
  readonly id: string;
  /** What the output folder calls the notebook, whatever its path is now. */
  readonly notebook: string;
  path: string;
  readonly cellId: string;
  /** null once it is no longer its cell's latest run. */
  code: string | null;
  /** SHA-256 of the code, in hexadecimal digits. */
  readonly sourceHash: string;
  readonly actor: string;
  /** Of the websocket that asked for it. */
  readonly session: string;
  /** Milliseconds since the epoch, as the next two. */
  readonly queuedAt: number;
  startedAt: number | null;
  endedAt: number | null;
  status: RunStatus;
  /** What its reply says, which is its status once the kernel is idle; null without a reply. */
  statusAtEnd: RunStatus | null;
  isIdle: boolean;
  executionCount: number | null;
  prompt: InputPrompt | null;
  /** Where all that it printed is in the kernel's stream; while it is its cell's latest, the folder's own. */
  readonly texts: RunTexts;
  /** The sequence of its request in the kernel's stream. */
  readonly requested: number;
  /** The sequence of its last change in the kernel's stream. */
  revision: number;
  /** Up to this revision the notebook's file has its outputs; 0 for not at all. */
  foldedRevision: number;
  /** Up to this revision its outputs are the file's business alone; 0 for not at all. */
  releasedRevision: number;
}

export function sourceHashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

export function isOver({ status }: Pick<RunRecord, 'status'>): boolean {
  return status !== 'queued' && status !== 'running';
}
