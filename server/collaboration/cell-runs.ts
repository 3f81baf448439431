/** How a run ended: `aborted` and `cancelled` ones never began. */
export interface CellRunOutcome {
  readonly runId: string | null;
  readonly status: string;
}

/** Runs of cells, by the server's queue. */
export interface CellRuns {
  /**
   * Runs a cell's source as it is in the notebook's document, behind what its kernel was asked already; a cell that fails
   * takes along what waits behind it, as in a kernel's own queue. Resolves once it is over.
   * @throws HttpError for what cannot be run; what the signal was aborted with (the run goes on)
   */
  run(
    cell: { readonly path: string; readonly cellId: string; readonly kernelId: string },
    actor: string,
    signal: AbortSignal,
  ): Promise<CellRunOutcome>;
}
