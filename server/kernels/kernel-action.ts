/** What Jupyter publishes of each action as `kernel_actions/v1` (contract §2.5). */
export interface KernelAction {
  readonly action: 'start' | 'interrupt' | 'restart' | 'shutdown';
  readonly kernel_id: string;
  readonly kernel_name: string;
  readonly status: 'success' | 'error';
  readonly msg: string;
}

const PAST = {
  start: 'started',
  interrupt: 'interrupted',
  restart: 'restarted',
  shutdown: 'shutdown',
} as const;

/** Does it, and tells how it went. Which kernel it is may be known only when it is done. */
export async function reportAction<Result>(
  kernel: { readonly id: string; readonly name: string },
  action: KernelAction['action'],
  report: (action: KernelAction) => void,
  act: () => Promise<Result>,
): Promise<Result> {
  const told = (status: KernelAction['status'], msg: string): KernelAction => ({
    ...{ action, kernel_id: kernel.id, kernel_name: kernel.name },
    ...{ status, msg },
  });
  try {
    const result = await act();
    report(told('success', `Kernel ${kernel.id} was ${PAST[action]}.`));
    return result;
  } catch (error) {
    report(told('error', error instanceof Error ? error.message : String(error)));
    throw error;
  }
}
