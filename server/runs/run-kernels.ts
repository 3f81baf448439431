import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';

/** What runs ask of kernels and sessions. `actor` is the name of the user who asks. */
export interface RunKernels {
  has(kernelId: string): boolean;
  /** Records it where it is an execution or an answer, then sends it. @throws HttpError 404 */
  send(kernelId: string, message: KernelMessage, session: string, actor: string): void;
  /** @throws HttpError 404; KernelError */
  interrupt(kernelId: string, actor: string): Promise<void>;
  /**
   * The kernel on which a notebook's session runs; where there is none, it is begun.
   * @param wanted.name of a kernelspec, or null for the default one
   * @param wanted.host of the page that asks, which may run it; null for none
   * @throws KernelError KERNEL_SPEC_UNKNOWN, KERNEL_LAUNCH_FAILED; HttpError
   */
  ofNotebook(
    path: string,
    wanted: { readonly id: string | null; readonly name: string | null; readonly host: string | null },
    actor: string,
  ): Promise<{ readonly id: string; readonly name: string }>;
}

/** A notebook as far as it can be run. */
export interface RunnableNotebook {
  /** Of its kernelspec, as its metadata say; null where they do not. */
  readonly kernelName: string | null;
  readonly cells: readonly RunnableCell[];
}

export interface RunnableCell {
  /** null in notebooks before nbformat 4.5. */
  readonly id: string | null;
  readonly isCode: boolean;
  readonly source: string;
  /** It is tagged `raises-exception`. */
  readonly mayFail: boolean;
  /** The name of the kernel that was chosen for it; null where the notebook's own is to run it. */
  readonly kernel: string | null;
}

/** Reads a notebook by its API path. */
export type ReadNotebook = (path: string) => Promise<ReadNotebookAnswer>;

export type ReadNotebookAnswer =
  | { readonly notebook: RunnableNotebook }
  /** For people. */
  | { readonly failure: 'missing' | 'unreadable'; readonly why: string };
