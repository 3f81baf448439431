/** In a code cell's metadata, where its notebook uses several kernels: which of them ran what the cell shows. */
export const RAN_ON_KEY = 'in_the_loop_ran_on';

/** In a code cell's metadata, as `{kernel: NAME}`: the kernel that somebody chose for it. */
export const CHOSEN_KEY = 'in_the_loop';

/** What is under `RAN_ON_KEY`. */
export interface RanOn {
  /** The name of its kernelspec. */
  readonly kernel: string;
  /** For people. */
  readonly display_name: string;
  /** The id of its place; null for the server's machine. */
  readonly place: string | null;
}
