/** How a cell ended that no kernel tells the end of. */
export interface CellEnd {
  readonly status: 'error';
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
  readonly isShown: false;
}

export function failure(ename: string, evalue: string): CellEnd {
  return { status: 'error', ename, evalue, traceback: [`${ename}: ${evalue}`], isShown: false };
}

/** The kernel went away without a reply. */
export function gone(reason: string): CellEnd {
  return failure('KernelGone', `${reason} Run the cell again.`);
}

export const INTERRUPTED: CellEnd = {
  ...failure('KeyboardInterrupt', ''),
  traceback: ['KeyboardInterrupt: it had not begun'],
};
