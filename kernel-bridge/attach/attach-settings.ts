/** Kernels that somebody else has started on this machine, or one of them. */
export interface AttachSettings {
  /** Of one kernel: absolute, or a name in the runtime folder. Without it, all that run are offered. */
  readonly connectionFile?: string | undefined;
  /** Where connection files are looked for; without it, Jupyter's runtime folder. Absolute. */
  readonly runtimeFolder?: string | undefined;
}
