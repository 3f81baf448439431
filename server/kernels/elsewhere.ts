import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { CellEnd } from './cell-answerer.ts';
import type { ServerMessage } from './server-message.ts';

/** A cell that is at turn, and that asks for another kernel than its notebook's own. */
export interface CellForAnother {
  /** Of its notebook's own kernel. */
  readonly kernelId: string;
  readonly request: KernelMessage;
  /** Who ran it. */
  readonly actor: string;
  /** Aborted when the cell is interrupted before there is a destination, or nobody waits for it any more. */
  readonly signal: AbortSignal;
}

export type Destination =
  /** It names the notebook's own kernel after all. */
  | { readonly kind: 'own'; readonly request: KernelMessage }
  | { readonly kind: 'failed'; readonly end: CellEnd }
  /** All that was said of it is in the cell. */
  | { readonly kind: 'done' }
  | RunElsewhere;

/** Another kernel runs the cell; what it says is said again in the cell (`KernelStream.relay`). */
export interface RunElsewhere {
  readonly kind: 'elsewhere';
  /** Null: its reply was said again. Else that kernel went away without one. */
  readonly over: Promise<CellEnd | null>;
  interrupt(actor: string): void;
  /** What somebody typed for it. */
  input(message: KernelMessage, actor: string): void;
}

/** Knows which cells run on another kernel than their notebook's own. */
export interface Elsewhere {
  /** Whether a request to execute says so. Quick, for all of them are asked. */
  concerns(frames: KernelMessage['frames']): boolean;
  /** One that an earlier server had at turn is asked for again: the other kernel may have done it meanwhile. */
  destinationOf(cell: CellForAnother): Promise<Destination>;
  /**
   * What the kernel of a cell says of its text, as completions; null for what is no such question, or its notebook's own
   * kernel's. Quick, and rejects with nothing.
   */
  answerTo(question: Omit<CellForAnother, 'signal'>): Promise<Pick<ServerMessage, 'content' | 'type'>> | null;
}
