import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { HostedMessage } from '../../../kernel-bridge/hosted/hosted-message.ts';

/** Kernels that this page hosts. Null on a server that is not ours. */
export const IBrowserRuntime = new Token<IBrowserRuntime>(
  '@in-the-loop/lab-extension:IBrowserRuntime',
  'Kernels that run in this page: for the server, or for this page alone.',
);

export type BrowserKernelKind = 'python' | 'html';

export interface IBrowserRuntime {
  /** Those of the server and private ones, in the order of their start. */
  readonly kernels: readonly IHostedKernel[];
  readonly changed: ISignal<IBrowserRuntime, void>;
  /** By its id; null for one that another page hosts, or that runs elsewhere. */
  find(kernelId: string): IHostedKernel | null;
  /** Starts a kernel that the server knows nothing of, and that ends with its `close`. Nothing is loaded before the first. */
  startPrivate(kind: BrowserKernelKind): IHostedKernel;
}

export interface IHostedKernel {
  readonly id: string;
  readonly kind: BrowserKernelKind;
  /** The notebook that it was started for, as the server names it; null for none, or a private one. */
  readonly path: string | null;
  readonly isPrivate: boolean;
  readonly state: HostedKernelState;
  readonly stateChanged: ISignal<IHostedKernel, HostedKernelState>;
  /** How many of its messages are not with the server yet; 0 for a private one. */
  readonly unshared: number;
  /** All that it says on iopub, shell and stdin, as it says it. */
  readonly message: ISignal<IHostedKernel, HostedMessage>;
  /**
   * Runs code as an `execute_request` of this page. Of a kernel of the server only while that cannot be reached: the request
   * is kept with what comes of it, and handed over before it.
   * @param metadata of the request: `cellId`, as JupyterLab sends it
   * @returns its msg_id
   */
  execute(code: string, metadata: Readonly<Record<string, unknown>>): string;
  /** Any message of this page to a private kernel, as it is: what answers it names its id. */
  send(message: HostedMessage): void;
  /** @returns false where this browser cannot interrupt a running cell: then only a restart helps */
  interrupt(): boolean;
  restart(): void;
  /** Ends a private kernel. Idempotent. */
  close(): void;
}

export type HostedKernelState =
  | { readonly kind: 'loading'; readonly text: string; readonly done: number | null }
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy' }
  /** It has ended; `why` is for people. */
  | { readonly kind: 'ended'; readonly why: string };
