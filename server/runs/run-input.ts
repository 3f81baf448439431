import type { JsonObject } from './nbformat-output.ts';

/** What outputs are folded from, in the order of the kernel's stream, by the names that the log's events have. */
export type RunInput =
  ExecutionRequested | ExecutionInputReplied | KernelSaid | KernelStopped | CellsReleased;

/** A cell was sent to the kernel. Requests that name no cell are not told: their outputs belong to no notebook. */
export interface ExecutionRequested {
  readonly type: 'execution-requested';
  readonly requestId: string;
  /** Whatever names the notebook for as long as the kernel runs: copied notebooks have the same cell ids. */
  readonly notebook: string;
  readonly cellId: string;
  /** `recordTiming` in the request's metadata. */
  readonly recordTiming: boolean;
}

/** Somebody answered a prompt of a cell. */
export interface ExecutionInputReplied {
  readonly type: 'execution-input-replied';
  readonly promptMessageId: string;
  /** null for a password, which is never stored (I1). */
  readonly value: string | null;
}

/** One message of the kernel, by any channel. What the fold does not know it passes over. */
export interface KernelSaid {
  readonly type: 'kernel-message';
  /** Its place in the kernel's stream. */
  readonly sequence: number;
  readonly messageType: string;
  readonly messageId: string;
  /** null where the kernel spoke unasked. */
  readonly parentMessageId: string | null;
  /** The header's date as the kernel wrote it; for kernels before protocol 5.1, when the message came (ISO 8601). */
  readonly date: string;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
}

/** The kernel's process is another one from here on, or none. */
export interface KernelStopped {
  readonly type: 'kernel-restarted' | 'kernel-ended';
  /** ISO 8601. */
  readonly time: string;
}

/** Nothing more is asked about these cells: they are deleted, or their outputs are final and kept elsewhere. */
export interface CellsReleased {
  readonly type: 'cells-released';
  readonly notebook: string;
  readonly cellIds: readonly string[];
}
