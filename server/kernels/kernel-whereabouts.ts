/** Null fields: nobody can tell. */
export interface KernelWhereabouts {
  readonly pid: number | null;
  readonly connectionFile: string | null;
  readonly startedAt: number | null;
  /** Why it waits, or what its place warns of. */
  readonly text: string | null;
  /** Executions that wait for their turn. */
  readonly queued: number;
}
