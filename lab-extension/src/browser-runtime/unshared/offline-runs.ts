import type { CodeCell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';
import type { ILiveDocuments } from '../../tokens.ts';
import { runStateOf } from '../../runs/run-state.ts';
import type { HostedKernelState } from '../browser-runtime.ts';
import type { PageKernel } from '../page-kernel.ts';
import type { PageRuntime } from '../page-runtime.ts';
import { UnsharedOutputs } from './unshared-outputs.ts';
import { UnsharedView } from './unshared-view.ts';

/** One run whose outputs the server may not have. */
interface Run {
  readonly cellId: string;
  readonly outputs: UnsharedOutputs;
  view: UnsharedView | null;
  readonly over: () => void;
}

/**
 * Cells that this page runs on its own kernels while the server cannot be reached. It alone shows what they put out, below
 * them and never in the document (I2), until the server has folded it in there as any kernel's.
 */
export class OfflineRuns {
  /** By kernel and the request's id. */
  readonly #runs = new Map<PageKernel, Map<string, Run>>();
  readonly #runtime: PageRuntime;
  readonly #live: ILiveDocuments;
  readonly #tracker: INotebookTracker;

  constructor(runtime: PageRuntime, live: ILiveDocuments, tracker: INotebookTracker) {
    this.#runtime = runtime;
    this.#live = live;
    this.#tracker = tracker;
    live.connection.statusChanged.connect((_, { kind }) => {
      if (kind !== 'connected') this.#followAll();
    });
    runtime.changed.connect(() => this.#settleAll());
    this.#followAll();
  }

  /** @returns whether it ran without an error; resolves when it is over */
  async run(cell: CodeCell, kernelId: string): Promise<boolean> {
    const kernel = this.#runtime.find(kernelId);
    if (kernel === null) return false;
    const runs = this.#follow(kernel);
    for (const [id, run] of runs)
      if (run.cellId === cell.model.id && run.outputs.isOver) this.#remove(runs, id, run);
    const id = kernel.execute(cell.model.sharedModel.getSource(), { cellId: cell.model.id });
    const outputs = new UnsharedOutputs();
    await new Promise<void>((over) => {
      const run: Run = { cellId: cell.model.id, outputs, view: null, over };
      runs.set(id, run);
      this.#show(kernel, run);
    });
    return !outputs.hasFailed;
  }

  #followAll(): void {
    if (this.#live.connection.status.kind === 'connected') return;
    for (const kernel of this.#runtime.kernels) if (!kernel.isPrivate) this.#follow(kernel);
  }

  #follow(kernel: PageKernel): Map<string, Run> {
    const known = this.#runs.get(kernel);
    if (known !== undefined) return known;
    const runs = new Map<string, Run>();
    this.#runs.set(kernel, runs);
    kernel.follow(true);
    kernel.message.connect(this.#heard);
    kernel.stateChanged.connect(this.#stateChanged);
    return runs;
  }

  readonly #stateChanged = (kernel: PageKernel, { kind }: HostedKernelState): void => {
    if (kind === 'ended') for (const { over } of this.#runs.get(kernel)?.values() ?? []) over();
  };

  readonly #heard = (kernel: PageKernel, message: HostedMessage): void => {
    const runs = this.#runs.get(kernel);
    if (runs === undefined) return;
    const { msg_id: id } = JSON.parse(message.parentHeader) as { readonly msg_id?: string };
    if (id === undefined) return;
    const run = runs.get(id) ?? this.#runOfServer(kernel, runs, id);
    if (run === null || !run.outputs.hear(message)) return;
    if (run.view === null) this.#show(kernel, run);
    run.view?.refresh();
    if (run.outputs.isOver) run.over();
  };

  /** The server asked for it before it went away; what it puts out since then is not there either. */
  #runOfServer(kernel: PageKernel, runs: Map<string, Run>, id: string): Run | null {
    if (this.#live.connection.status.kind === 'connected') return null;
    const cells = this.#panelOf(kernel)?.content.model?.sharedModel.cells ?? [];
    const cell = cells.find((one) => runStateOf(one)?.status === 'running');
    if (cell === undefined) return null;
    const run: Run = { cellId: cell.id, outputs: new UnsharedOutputs(), view: null, over: () => undefined };
    runs.set(id, run);
    return run;
  }

  #show(kernel: PageKernel, run: Run): void {
    const cell = this.#cellOf(kernel, run.cellId);
    if (cell === null) return;
    run.view = new UnsharedView(run.outputs, cell, (value) => {
      kernel.answer(run.outputs.question?.header ?? '{}', value);
    });
    run.view.putInto(cell);
  }

  #settleAll(): void {
    for (const [kernel, runs] of this.#runs) {
      if (this.#live.connection.status.kind !== 'connected' || kernel.unshared > 0) continue;
      for (const [id, run] of runs) if (run.outputs.isOver) this.#removeWhenThere(kernel, runs, id, run);
      if (runs.size === 0) this.#leave(kernel);
    }
  }

  /** The server has all of it, and the document follows: once the cell counts as the run did, or at its next change. */
  #removeWhenThere(kernel: PageKernel, runs: Map<string, Run>, id: string, run: Run): void {
    const cell = this.#cellOf(kernel, run.cellId);
    const { executionCount } = run.outputs;
    if (cell === null || executionCount === null || cell.model.executionCount === executionCount)
      return this.#remove(runs, id, run);
    const look = (): void => {
      if (!cell.isDisposed && cell.model.executionCount !== executionCount) return;
      cell.model.stateChanged.disconnect(look);
      this.#remove(runs, id, run);
      if (runs.size === 0) this.#leave(kernel);
    };
    cell.model.stateChanged.connect(look);
  }

  #remove(runs: Map<string, Run>, id: string, run: Run): void {
    runs.delete(id);
    run.view?.dispose();
  }

  #leave(kernel: PageKernel): void {
    if (!this.#runs.delete(kernel)) return;
    kernel.follow(false);
    kernel.message.disconnect(this.#heard);
    kernel.stateChanged.disconnect(this.#stateChanged);
  }

  #panelOf(kernel: PageKernel): NotebookPanel | null {
    return (
      this.#tracker.find(({ sessionContext }) => sessionContext.session?.kernel?.id === kernel.id) ?? null
    );
  }

  #cellOf(kernel: PageKernel, cellId: string): CodeCell | null {
    const cell = this.#panelOf(kernel)?.content.widgets.find(({ model }) => model.id === cellId);
    return cell === undefined || cell.isDisposed || cell.model.type !== 'code' ? null : (cell as CodeCell);
  }
}
