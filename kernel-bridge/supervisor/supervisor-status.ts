import type { KernelUsage } from '../places/kernel-usage.ts';
import type { KernelState } from './link/down.ts';
import type { SpoolBlock } from './spool/spool.ts';

/** How a supervisor is, for people who look after it. */
export interface SupervisorStatus {
  readonly program: string;
  readonly protocol: number;
  readonly pid: number;
  readonly residentBytes: number;
  /** A server is there. */
  readonly hasOwner: boolean;
  /** How many run. */
  readonly terminals: number;
  readonly kernels: readonly (KernelState & {
    /** Of its kernelspec. */
    readonly name: string;
    /** It waits for somebody; missing where older programs answer. */
    readonly isSpare?: boolean;
    readonly spoolBytes: number;
    /** Its heartbeat answered; null where it stands still, or has ended. */
    readonly beats: boolean | null;
    /** Of its process here and what that started; missing where older programs answer, null where it cannot be told. */
    readonly usage?: KernelUsage | null;
    /** Why it stands still. */
    readonly pausedFor: SpoolBlock | null;
    /** Entries that no server has recorded yet. */
    readonly unacknowledged: number;
  })[];
}
