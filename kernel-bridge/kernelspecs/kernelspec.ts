/** A kernel.json as found on disk, with the folder it was found in. */
export interface Kernelspec {
  readonly name: string;
  /** Absolute folder that holds kernel.json and its resources (logos, kernel.js). */
  readonly resourceDirectory: string;
  /**
   * The Python environment that the spec came from, for argv[0] = "python" (contract §8); null for one from a
   * person's or system's folder, where the server's own environment is meant.
   */
  readonly prefix: string | null;
  /** The id of the place where its kernels run; without one, this machine. */
  readonly place?: string;
  /** kernel.json's content with Jupyter's defaults: exactly the keys that its REST API shows, in its order. */
  readonly spec: {
    readonly argv: readonly string[];
    readonly display_name: string;
    readonly language: string;
    readonly env: Readonly<Record<string, string>>;
    readonly interrupt_mode: 'signal' | 'message';
    readonly metadata: Readonly<Record<string, unknown>>;
    /** `DiskKernelspecs` gives an empty one where kernel.json does not say. */
    readonly kernel_protocol_version?: string;
  };
}

/** Where kernelspecs come from; read anew at each call, so that an installed kernel shows without a restart. */
export interface KernelspecFinder {
  list(): Promise<readonly Kernelspec[]>;
  /** Case-insensitive; `python` finds `python3`. Undefined where there is none. */
  find(name: string): Promise<Kernelspec | undefined>;
  /** The name that a request without a name means: `python3` if there, else the first. */
  defaultName(): Promise<string>;
}
