import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { confirmed } from '../../places/confirmed.ts';
import type { PageRuntime } from '../page-runtime.ts';

const WHY =
  'This browser does not let a page share memory with what it runs, so that a running cell hears nothing. ' +
  'Only a restart stops it: outputs stay, and variables end.';

/** Where a running cell cannot be interrupted, offers what stops it. */
export function restartInstead(
  { commands }: JupyterFrontEnd,
  tracker: INotebookTracker,
  runtime: PageRuntime,
): void {
  commands.commandExecuted.connect((_, { id }) => {
    if (id !== 'notebook:interrupt-kernel') return;
    const context = tracker.currentWidget?.sessionContext;
    const kernel = runtime.find(context?.session?.kernel?.id ?? '');
    if (context === undefined || kernel === null || kernel.canInterrupt || kernel.state.kind !== 'busy')
      return;
    void confirmed('This cell cannot be interrupted', WHY, 'Restart').then(async (isWanted) => {
      if (isWanted) await context.restartKernel();
    });
  });
}
