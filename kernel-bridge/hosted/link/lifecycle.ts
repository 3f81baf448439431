/** What becomes of a hosted kernel: those of kernel-bridge's KernelLifecycleEvent that a host tells, as JSON. */
export type HostedLifecycle =
  | { readonly kind: 'died'; readonly exit: HostedExit; readonly waiting: readonly string[] }
  | { readonly kind: 'autorestarted'; readonly pid: null }
  | { readonly kind: 'gave-up'; readonly exit: HostedExit }
  | {
      readonly kind: 'reattached';
      readonly silentFrom: string;
      readonly silentUntil: string;
      readonly why: string;
    }
  | { readonly kind: 'waiting'; readonly text: string | null }
  | { readonly kind: 'warned'; readonly text: string }
  | { readonly kind: 'paused'; readonly reason: 'disk-full' | 'too-much-unread' }
  | { readonly kind: 'continued' };

export interface HostedExit {
  readonly exitCode: null;
  readonly signal: null;
  readonly stderrTail: string;
  readonly outOfMemory: 'counted' | null;
  readonly memoryHighWater: number | null;
  readonly limit: null;
  readonly explanation: string;
  /** It is not started again by itself. */
  readonly isNotRestarted?: true;
}

/** @param explanation sentences for people */
export function exitFor(explanation: string, isOutOfMemory = false): HostedExit {
  return {
    exitCode: null,
    signal: null,
    stderrTail: '',
    outOfMemory: isOutOfMemory ? 'counted' : null,
    memoryHighWater: null,
    limit: null,
    explanation,
  };
}
