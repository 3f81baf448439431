import type { KernelLimits } from '../../kernel-bridge/kernel.ts';

/** What a session's model shows of its kernel. */
export interface SessionKernel {
  readonly id: string;
}

/** What sessions ask of the kernels. `actor` is the name of the user who asks. */
export interface SessionKernels {
  has(id: string): boolean;
  /** As REST shows it. @throws HttpError 404 */
  get(id: string): { readonly model: SessionKernel };
  /** @throws KernelError, HttpError 409 while the id starts */
  start(request: {
    readonly actor: string;
    readonly name: string | null;
    readonly kernelId: string | null;
    readonly path: string;
    readonly document: { readonly path: string; readonly name: string | null };
    readonly limits?: KernelLimits | undefined;
    /** The page's host that asks. */
    readonly host?: string | null;
  }): Promise<{ readonly id: string }>;
  /** @param isRename the same document under another name. @throws HttpError 404 */
  setDocument(
    id: string,
    document: { readonly path: string; readonly name: string | null },
    isRename: boolean,
  ): void;
  /** Once it is known that a kernel starts, which elsewhere takes longer than its launch. @throws HttpError 404; KernelError */
  starts(id: string): Promise<void>;
  /** @param successor the kernel that its document has instead. @throws HttpError 404 */
  shutdown(id: string, actor: string, successor?: string | null): Promise<void>;
}
