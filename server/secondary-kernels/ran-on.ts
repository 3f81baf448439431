/** Which kernel ran a cell: in the metadata of what it shows, of its reply and, as `in_the_loop_run`, of the cell. */
export interface RanOn {
  /** The name of its kernelspec. */
  readonly kernel: string;
  /** For people. */
  readonly display_name: string;
  /** The id of its place; null for the server's machine. */
  readonly place: string | null;
}

export const RAN_ON_KEY = 'in_the_loop';
