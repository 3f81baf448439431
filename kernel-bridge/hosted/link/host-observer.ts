import type { HostedMessage } from '../hosted-message.ts';

/** How a kernel of this host is; `IHostedKernel.state` of the page. */
export type HostedKernelState =
  | { readonly kind: 'loading'; readonly text: string; readonly done: number | null }
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy' }
  /** `why` is for people. */
  | { readonly kind: 'ended'; readonly why: string };

/** Hears what a page shows of its kernels. Must not throw. */
export interface HostObserver {
  /** Also when it was launched; null: it is gone, and all that it said is the server's. */
  stateChanged(kernelId: string, state: HostedKernelState | null): void;
  /** All that it says, as it says it. */
  message(kernelId: string, message: HostedMessage): void;
  /** So many of its entries are not with the server yet. More than 0 is told at once, 0 once it stays so, other counts now and then. */
  unshared(kernelId: string, count: number): void;
  /** No kernel is left, nor anything that one said, and the server knows it: a host that was left can be forgotten. */
  empty(): void;
}
