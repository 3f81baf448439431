import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { CodeCell } from '@jupyterlab/cells';
import { INotebookTracker } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import type { OwnKernels } from '../../runs/cell-executor.ts';
import { ILiveDocuments } from '../../tokens.ts';
import { IBrowserRuntime } from '../browser-runtime.ts';
import type { PageRuntime } from '../page-runtime.ts';
import type { OfflineRuns } from './offline-runs.ts';

/** Null where no kernel runs in this page. */
export const IOwnKernels = new Token<OwnKernels | null>(
  '@in-the-loop/lab-extension:IOwnKernels',
  'Runs cells on kernels of this page while the server cannot be reached.',
);

export const ownKernelsPlugin: JupyterFrontEndPlugin<OwnKernels | null> = {
  id: '@in-the-loop/lab-extension:own-kernels',
  description: 'Runs cells on kernels of this page, and shows what is not shared yet.',
  autoStart: true,
  provides: IOwnKernels,
  optional: [IBrowserRuntime, ILiveDocuments],
  activate(app: JupyterFrontEnd, runtime: PageRuntime | null, live: ILiveDocuments | null) {
    return runtime === null || live === null ? null : new OwnKernelsOfPage(app, runtime, live);
  },
};

/** Loads what shows it once there is anything to show: while the server is there, and without kernels, nothing. */
class OwnKernelsOfPage implements OwnKernels {
  #loading: Promise<OfflineRuns | null> | null = null;

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly runtime: PageRuntime,
    private readonly live: ILiveDocuments,
  ) {
    // With its first kernel, for later there is no network to load it.
    runtime.changed.connect(() => {
      if (runtime.kernels.some(({ isPrivate }) => !isPrivate)) void this.#load();
    });
  }

  canRun(kernelId: string): boolean {
    const kernel = this.runtime.find(kernelId);
    return kernel !== null && kernel.state.kind !== 'ended';
  }

  async run(cell: CodeCell, kernelId: string): Promise<boolean> {
    return (await this.#load())?.run(cell, kernelId) ?? false;
  }

  #load(): Promise<OfflineRuns | null> {
    return (this.#loading ??= this.#loadNow().catch((error: unknown) => {
      this.#loading = null;
      throw error;
    }));
  }

  async #loadNow(): Promise<OfflineRuns | null> {
    const tracker = await this.app.resolveOptionalService(INotebookTracker);
    if (tracker === null) return null;
    const { OfflineRuns: Runs } = await import('./offline-runs.ts');
    return new Runs(this.runtime, this.live, tracker);
  }
}
