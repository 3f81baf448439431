import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { CellEnd } from './cell-end.ts';

/** A cell that asks for another kernel. */
export interface AskingCell {
  readonly kernelId: string;
  readonly request: KernelMessage;
  readonly actor: string;
  readonly signal: AbortSignal;
}

export type Destination =
  | { readonly kind: 'own'; readonly request: KernelMessage }
  | { readonly kind: 'failed'; readonly end: CellEnd }
  | { readonly kind: 'done' }
  | {
      readonly kind: 'elsewhere';
      readonly over: Promise<CellEnd | null>;
      interrupt(actor: string): void;
      input(message: KernelMessage, actor: string): void;
    };
