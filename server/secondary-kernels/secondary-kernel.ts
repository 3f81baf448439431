import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { PrimaryStream } from './relay.ts';

/** A kernel that runs, as far as it is asked here. */
export interface HeldKernel {
  readonly id: string;
  /** Of its kernelspec. */
  readonly name: string;
  readonly displayName: string;
  /** The id of its place; null for this machine. */
  readonly place: string | null;
  readonly workingDirectory: string;
  /** API path of what runs on it. */
  readonly documentPath: string | null;
  readonly stream: PrimaryStream & {
    request(message: KernelMessage, client: { readonly sessionId: string }, actor: string): void;
    /** What it was sent to execute and has not answered, in order. */
    readonly executions: readonly { readonly messageId: string }[];
    /** @throws what the signal was aborted with; KernelError KERNEL_DEAD */
    ask(
      question: {
        readonly channel: 'shell';
        readonly type: string;
        readonly content: Readonly<Record<string, unknown>>;
      },
      options: { readonly actor: string; readonly signal: AbortSignal },
    ): Promise<{ readonly reply: Readonly<Record<string, unknown>> }>;
  };
}

export interface KernelDocument {
  readonly path: string;
  readonly name: string | null;
}

/** What is asked of the server's kernels. `actor` is the name of the user who asks. */
export interface HeldKernels {
  has(id: string): boolean;
  /** It runs, or may turn out to when its place is reached. */
  isExpected(id: string): boolean;
  /** @throws HttpError 404 */
  get(id: string): HeldKernel;
  /** @throws KernelError, HttpError */
  start(request: {
    readonly actor: string;
    readonly host: string | null;
    readonly kernelId: string;
    readonly name: string;
    readonly document: KernelDocument | null;
    readonly path: string | null;
    readonly workingDirectory: string;
  }): Promise<HeldKernel>;
  /** @throws HttpError 404; KernelError */
  interrupt(id: string, actor: string): Promise<void>;
  /** @throws HttpError 404; KernelError */
  shutdown(id: string, actor: string): Promise<void>;
  /** @throws HttpError 404 */
  setDocument(id: string, document: KernelDocument, isRename: boolean): void;
}

export interface Kernelspecs {
  list(): Promise<readonly Kernelspec[]>;
  find(name: string): Promise<Kernelspec | undefined>;
}
