import type { ISessionContext } from '@jupyterlab/apputils';
import { Notification } from '@jupyterlab/apputils';
import type { CodeCell } from '@jupyterlab/cells';
import type { IError } from '@jupyterlab/nbformat';
import { KernelError, runCell, type INotebookCellExecutor } from '@jupyterlab/notebook';
import { CHOSEN_KEY } from '../../../server/wire/ran-on.ts';
import { asksForAnother } from '../share/one-kernel.ts';
import { PRIVATE_DRIVE } from '../share/private-drive.ts';
import type { ILiveDocuments } from '../tokens.ts';
import { kernelChanged } from './kernel-change.ts';
import type { RunQueues } from './run-queues.ts';
import { RunRefused } from './runs-client.ts';

type RunCellOptions = INotebookCellExecutor.IRunCellOptions;

/** Kernels of this page, which need no server to run cells. */
export interface OwnKernels {
  canRun(kernelId: string): boolean;
  /** @returns whether it ran without an error; resolves when it is over */
  run(cell: CodeCell, kernelId: string): Promise<boolean>;
}

/**
 * Runs code cells of shared notebooks on the server's run queue; all else as JupyterLab does. What a cell puts out comes
 * with the document (I2): this page hears of it as every other page does.
 */
export class CellExecutor implements INotebookCellExecutor {
  constructor(
    private readonly live: ILiveDocuments,
    private readonly queues: RunQueues,
    private readonly runtime: OwnKernels | null,
  ) {}

  async runCell(options: RunCellOptions): Promise<boolean> {
    const { cell, notebook, sessionContext } = options;
    const document = this.live.ofModel(notebook.sharedModel);
    const isEmpty = cell.model.sharedModel.getSource().trim() === '';
    // A private copy's kernel is started by its page, and JupyterLab drops what is run before it is there.
    if (sessionContext?.path.startsWith(`${PRIVATE_DRIVE}:`) === true) {
      await sessionContext.ready;
      const why = cell.model.type === 'code' ? elsewhere(cell, sessionContext) : null;
      if (why !== null) return refused(why);
    }
    if (cell.model.type !== 'code' || isEmpty || sessionContext === undefined || document === null)
      return runCell(options);
    if (document.syncState.kind === 'read-only')
      return refused('You may only read this notebook: its cells cannot be run.');
    if (this.live.connection.status.kind !== 'connected') {
      const kernelId = sessionContext.session?.kernel?.id ?? '';
      if (this.runtime?.canRun(kernelId) === true) return this.#runHere(options, kernelId);
      return refused('There is no connection to the server: the cell was not run. What you type is kept.');
    }
    const code = cell as CodeCell;
    options.onCellExecutionScheduled({ cell });
    // Until the server shows it to everybody.
    code.setPrompt('*');
    code.outputHidden = false;
    const release = this.queues.mark(code);
    try {
      const isRun = await this.queues.of(document).run(cell.model.id, {
        kernel: () => kernelFor(options, sessionContext),
        recordTiming: options.notebookConfig.recordTiming,
      });
      if (!isRun) return true;
    } catch (error) {
      options.onCellExecuted({ cell, success: false });
      return refused(`The cell was not run: ${reasonOf(error)}`);
    } finally {
      release();
      showCount(code);
    }
    return this.#outcome(options, code);
  }

  /** The server cannot be reached, and this page has the kernel: what comes of it is the document's once the server is back. */
  async #runHere(options: RunCellOptions, kernelId: string): Promise<boolean> {
    const { cell } = options;
    options.onCellExecutionScheduled({ cell });
    const code = cell as CodeCell;
    code.setPrompt('*');
    const release = this.queues.mark(code);
    try {
      const success = (await this.runtime?.run(code, kernelId)) ?? false;
      options.onCellExecuted({ cell, success });
      return success;
    } finally {
      release();
      showCount(code);
    }
  }

  /**
   * Whether it ran without an error. JupyterLab's own throws the error; from there `runCells` sets cells that were not run
   * idle, which is the server's to say (I2).
   */
  #outcome({ onCellExecuted, cell }: RunCellOptions, code: CodeCell): boolean {
    if (code.isDisposed) return false;
    const error = errorOf(code);
    if (error !== null) {
      onCellExecuted({ cell, success: false, error });
      return false;
    }
    const success = code.model.executionCount !== null;
    onCellExecuted({ cell, success });
    return success;
  }
}

function elsewhere(
  { model: { sharedModel } }: RunCellOptions['cell'],
  { session, specsManager }: ISessionContext,
): string | null {
  const specs = specsManager.specs?.kernelspecs ?? {};
  const own = session?.kernel?.name ?? null;
  return asksForAnother(sharedModel.getSource(), sharedModel.getMetadata(CHOSEN_KEY), own, specs);
}

/** Without a kernel JupyterLab asks for one, as its settings say. A kernel that is only being connected is waited for. */
async function kernelFor(
  { sessionDialogs }: RunCellOptions,
  sessionContext: ISessionContext,
): Promise<string | null> {
  await sessionContext.ready;
  await kernelChanged(sessionContext);
  if (sessionContext.hasNoKernel) {
    const shouldSelect = await sessionContext.startKernel();
    if (shouldSelect && sessionDialogs !== undefined) await sessionDialogs.selectKernel(sessionContext);
  }
  return sessionContext.session?.kernel?.id ?? null;
}

function errorOf({ model }: CodeCell): KernelError | null {
  for (let place = model.outputs.length - 1; place >= 0; place -= 1) {
    const output = model.outputs.get(place).toJSON();
    if (output.output_type !== 'error') continue;
    const { ename, evalue, traceback } = output as unknown as IError;
    const content = { status: 'error', ename, evalue, traceback, execution_count: model.executionCount };
    return new KernelError(content as unknown as ConstructorParameters<typeof KernelError>[0]);
  }
  return null;
}

function showCount(cell: CodeCell): void {
  if (!cell.isDisposed && cell.model.executionState !== 'running')
    cell.setPrompt(String(cell.model.executionCount ?? ''));
}

function reasonOf(error: unknown): string {
  // Shut down elsewhere, which this page hears of within ten seconds.
  if (error instanceof RunRefused && error.code === 'kernel_not_found')
    return 'its kernel has been shut down. Choose another, or run the cell again in some seconds to start one.';
  return error instanceof Error ? error.message : String(error);
}

let lastRefusal = { message: '', id: '' };

/** Said without a dialog: a flaky network is no reason to stop people. Once for all cells that are run in one go. */
function refused(message: string): false {
  const isShown = lastRefusal.message === message && Notification.manager.has(lastRefusal.id);
  if (!isShown) lastRefusal = { message, id: Notification.warning(message, { autoClose: 8_000 }) };
  return false;
}
