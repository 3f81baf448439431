import type { Logger } from 'pino';
import type { EventLog } from '../../event-log/event-log.ts';
import type { LaunchRequest } from '../../kernel-bridge/kernel.ts';
import type { KernelSupervisor } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import type { CellAnswerer } from './cell-answerer.ts';
import type { ClientProgresses } from './client-progress.ts';
import type { CommittedEvents } from './committed-events.ts';

/** The document whose session runs on a kernel. */
export interface KernelDocument {
  /** API path; a random one until Lab has named the document (contract §4). */
  readonly path: string;
  readonly name: string | null;
}

/** Why a kernel is over. */
export type EndReason = 'requested' | 'died' | 'server-stopped' | 'culled' | 'lost';

export interface RunningKernelPlan {
  /** As REST shows it. */
  readonly name: string;
  readonly rootDirectory: string;
  readonly launch: Omit<LaunchRequest, 'sessionPath'>;
  readonly document: KernelDocument | null;
  readonly actor: string;
  /** The page's host that asks for it. */
  readonly host?: string | null;
  readonly supervisor: KernelSupervisor;
  readonly progresses: ClientProgresses;
  readonly answerer?: CellAnswerer | null;
  readonly log: EventLog;
  readonly logger: Logger;
  onCommitted?(committed: CommittedEvents): void;
  retryDelay(): Promise<void>;
  /** It died too often, or reached a limit, and is over. */
  onGaveUp(): void;
}
