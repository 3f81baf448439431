import type { Logger } from 'pino';
import type { EventLog } from '../../event-log/event-log.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { CellAnswerer } from './cell-answerer.ts';
import type { ClientProgresses } from './client-progress.ts';
import type { CommittedEvents } from './committed-events.ts';
import type { Conversation } from './conversation.ts';

export interface KernelStreamOptions {
  readonly kernelId: string;
  readonly log: EventLog;
  readonly logger: Logger;
  /** The stream's last sequence before this kernel started, or was taken over. */
  readonly after: number;
  /** Of the kernel, as far as it is recorded; 0 for one that starts. */
  readonly position?: number;
  /** What was said before, of a kernel that is taken over. */
  readonly conversation?: Conversation;
  readonly progresses: ClientProgresses;
  /** Null: the kernel answers all cells itself. */
  readonly answerer?: CellAnswerer | null;
  /** @throws KernelError */
  send(message: KernelMessage): void;
  /** Everything up to this position of the kernel is recorded, or went on, and need not be kept. */
  acknowledge(position: number): void;
  /** Of the notebook whose session runs on the kernel. */
  documentPath(): string | null;
  /** Who asks the kernel where it runs, and may: the person whose page it is. Null, or missing: nobody. */
  askerThere?(): string | null;
  /** What the kernel itself said, when it may be known: REST tells of its state no sooner than the log (I1). */
  onRecorded(message: KernelMessage): void;
  /** After clients have got it. Must not throw. */
  onCommitted?(committed: CommittedEvents): void;
  /** Waits before an append is tried again. */
  retryDelay(): Promise<void>;
}
