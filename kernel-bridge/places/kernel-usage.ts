/** What a kernel and all that it started use. */
export interface KernelUsage {
  /** In bytes. */
  readonly memory: number;
  /** In seconds, since it was started: whoever asks twice knows how many processors it keeps busy. */
  readonly cpuTime: number;
}
