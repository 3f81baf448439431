import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { CommitItem } from './group-commit.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

/** What the kernel said; null for what happened to it, which no client hears. */
export interface Said extends CommitItem {
  readonly message: OutgoingMessage | null;
  readonly source: KernelMessage | null;
  /** By the kernel itself, or in its name where that tells of its state. */
  readonly isHeard: boolean;
  /** Among all that the kernel said and became; null for what the server says. */
  readonly position: number | null;
}
