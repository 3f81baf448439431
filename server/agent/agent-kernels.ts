/** The kernel that a notebook runs on. */
export interface NotebookKernel {
  readonly id: string;
  /** For people: `Python 3 (ipykernel)`. */
  readonly displayName: string;
  /** In small letters: `python`. */
  readonly language: string;
  /** Jupyter's execution state. */
  readonly state: string;
}

type Content = Readonly<Record<string, unknown>>;

/** What agents ask of kernels. `actor` is how it is recorded. */
export interface AgentKernels {
  /** Null where none has been started. */
  ofNotebook(path: string): NotebookKernel | null;
  /**
   * A request of Jupyter's messaging protocol, and what the kernel says to it: its reply, and what it published meanwhile.
   * @throws what the signal was aborted with; ToolError where the kernel ends before it answers
   */
  ask(
    kernelId: string,
    request: { readonly type: string; readonly content: Content },
    options: {
      readonly actor: string;
      readonly signal: AbortSignal;
      readonly onPublished?: (message: { readonly type: string; readonly content: Content }) => void;
    },
  ): Promise<{
    readonly reply: Content;
    readonly published: readonly { readonly type: string; readonly content: Content }[];
  }>;
  /** @throws ToolError */
  interrupt(kernelId: string, actor: string): Promise<void>;
  /** @throws ToolError */
  restart(kernelId: string, actor: string): Promise<void>;
}
