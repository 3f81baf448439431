import type { NewEvent } from '../../event-log/event.ts';
import type { CommittedEvents } from './committed-event.ts';
import type { KernelLedgersOptions } from './kernel-ledgers.ts';
import { KernelLedgers } from './kernel-ledgers.ts';
import type { KernelRuns } from './kernel-runs.ts';
import { isUnreleased } from './kernel-runs.ts';
import type { NotebookRun, ReleasedOutputs, RunMark } from './notebook-run.ts';
import { notebookRun } from './notebook-run.ts';
import type { RunFilter } from './run-filter.ts';
import { compareNewest, isWanted, mayHold } from './run-filter.ts';
import type { RanOn } from './ran-on.ts';
import type { RunRecord } from './run-record.ts';

/** A run with the state it is part of, which goes on changing. */
export interface KnownRun {
  readonly runs: KernelRuns;
  readonly record: RunRecord;
}

/** Which kernel a notebook's own is, for a run that says of none; null where it is not to be said. */
type NameOwn = (run: Pick<NotebookRun, 'kernelId' | 'id' | 'code'>) => RanOn | null;

/** Every run of every notebook's cell: what was asked, how far it is, and what it put out (I1). */
export class RunLedger {
  readonly #baseUrl: string;
  #nameOwn: NameOwn = () => null;
  readonly #kernels: KernelLedgers;
  readonly #listeners: Set<(path: string) => void>;

  /** @param options.directory of its checkpoints; `baseUrl` is for links in outputs */
  static async open({
    baseUrl,
    ...options
  }: Omit<KernelLedgersOptions, 'onChanged'> & { readonly baseUrl: string }): Promise<RunLedger> {
    const listeners = new Set<(path: string) => void>();
    const kernels = await KernelLedgers.open({
      ...options,
      onChanged(paths) {
        for (const path of paths) for (const listener of listeners) listener(path);
      },
    });
    return new RunLedger(kernels, listeners, baseUrl);
  }

  private constructor(kernels: KernelLedgers, listeners: Set<(path: string) => void>, baseUrl: string) {
    this.#kernels = kernels;
    this.#listeners = listeners;
    this.#baseUrl = baseUrl;
  }

  /** What was committed to a kernel's stream, in order. Costs the caller next to nothing. */
  observe(committed: CommittedEvents): void {
    this.#kernels.observe(committed);
  }

  /** Is called with the path of a notebook whenever its runs are others than before. @returns how to stop that */
  onChanged(listener: (path: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The paths of the notebooks with runs whose outputs are not released. */
  async notebooks(): Promise<string[]> {
    await this.#kernels.ready();
    const paths = new Set<string>();
    for (const kernel of this.#kernels.readable) {
      if (kernel.isLoaded || kernel.summary === null) await kernel.runs();
      for (const path of kernel.summary?.unreleased ?? []) paths.add(path);
    }
    return [...paths];
  }

  /**
   * The latest run of each cell of a notebook whose outputs are not released: not only the file's business yet. All
   * that was committed before the call is in them.
   * @param isWanted spares reading the outputs of others
   */
  async runsOf(path: string, isWanted: (run: RunRecord) => boolean = () => true): Promise<NotebookRun[]> {
    const latest = new Map<string, { runs: KernelRuns; record: RunRecord }>();
    for (const runs of await this.#kernelsOf(path))
      for (const record of runs.records.values()) {
        if (record.path !== path || !runs.folder.runs.has(record.id)) continue;
        const other = latest.get(record.cellId);
        if (other === undefined || other.record.queuedAt <= record.queuedAt)
          latest.set(record.cellId, { runs, record });
      }
    return [...latest.values()].flatMap(({ runs, record }) => {
      const run =
        isUnreleased(runs, record) && isWanted(record) ? notebookRun(runs, record, this.#baseUrl) : null;
      return run === null ? [] : [{ ...run, ranOn: run.ranOn ?? this.#nameOwn(run) }];
    });
  }

  /** @param name of a notebook's own kernel, where the notebook uses several: what it ran says so then; null elsewhere */
  nameOwnKernels(name: NameOwn): void {
    this.#nameOwn = name;
  }

  /** Those of `runsOf` whose outputs, as they are now, are not in the file. */
  async resultsOf(path: string): Promise<NotebookRun[]> {
    return (await this.runsOf(path)).filter(({ revision, foldedRevision }) => revision > foldedRevision);
  }

  /** The file has the outputs of these runs. @throws EventLogError: then it is not noted */
  async folded(marks: readonly RunMark[]): Promise<void> {
    await this.#append(marks, (ofKernel) => ({
      type: 'runs-folded',
      version: 1,
      data: { runs: ofKernel.map(({ id, revision }) => ({ runId: id, revision })) },
    }));
  }

  /**
   * The outputs that these runs had are the file's business alone from now on, or nobody's. A run that changes later
   * is told of again. Earlier runs of the same cells, on other kernels, go with them.
   * @throws EventLogError: then it is not noted
   */
  async released(marks: readonly (RunMark & { readonly outputs: ReleasedOutputs })[]): Promise<void> {
    await this.#append([...marks, ...(await this.#earlier(marks))], (ofKernel) => ({
      type: 'runs-released',
      version: 1,
      data: { runs: ofKernel.map(({ id, revision, outputs }) => ({ runId: id, revision, outputs })) },
    }));
  }

  /** @returns null for a run that is not known, or known no longer */
  async find(runId: string): Promise<KnownRun | null> {
    await this.#kernels.ready();
    // Those in memory first: a run that somebody asks for is seldom an old one.
    const kernels = this.#kernels.readable.sort((one, other) => +other.isLoaded - +one.isLoaded);
    for (const kernel of kernels) {
      const runs = await kernel.runs();
      const record = runs.records.get(runId);
      if (record !== undefined) return { runs, record };
      await this.#kernels.unloadEnded();
    }
    return null;
  }

  /** @returns null for a run that this kernel's stream does not have */
  async findIn(kernelId: string, runId: string): Promise<KnownRun | null> {
    await this.#kernels.ready();
    const runs = await this.#kernels.of(kernelId).runs();
    const record = runs.records.get(runId);
    return record === undefined ? null : { runs, record };
  }

  /** Whether a run is known, as far as that can be said at once: one of a kernel that is alive is. */
  knows(runId: string): boolean {
    return this.#kernels.readable.some((kernel) => kernel.knows(runId));
  }

  /** All runs of a kernel; null while its stream is read anew. The state itself, which goes on changing. */
  async runsOfKernel(kernelId: string): Promise<KernelRuns | null> {
    await this.#kernels.ready();
    const kernel = this.#kernels.of(kernelId);
    if (this.#kernels.isRebuilding(kernel)) return null;
    const runs = await kernel.runs();
    await this.#kernels.unloadEnded();
    return runs;
  }

  /** Of a kernel that is over, and whose stream is empty. */
  forget(kernelId: string): Promise<void> {
    return this.#kernels.forget(kernelId);
  }

  /** What is wanted of all runs, newest first; of each kernel at most `limit`. */
  async select(wanted: RunFilter, limit: number): Promise<KnownRun[]> {
    await this.#kernels.ready();
    const found: KnownRun[] = [];
    for (const kernel of this.#kernels.readable) {
      if (!mayHold(kernel, wanted)) continue;
      const runs = await kernel.runs();
      const records = [...runs.records.values()].filter((record) => isWanted(record, wanted));
      found.push(...records.slice(-limit).map((record) => ({ runs, record })));
      await this.#kernels.unloadEnded();
    }
    return found.sort((one, other) => compareNewest(one.record, other.record)).slice(0, limit);
  }

  /**
   * Resolves once the run is so; null where its kernel does not know it, also not after `patience` milliseconds.
   * @throws what the signal was aborted with
   */
  async when(
    isSo: (record: RunRecord) => boolean,
    { kernelId, runId }: { readonly kernelId: string; readonly runId: string },
    { patience, signal }: { readonly patience: number; readonly signal: AbortSignal },
  ): Promise<RunRecord | null> {
    const deadline = Date.now() + patience;
    for (;;) {
      const record = (await this.findIn(kernelId, runId))?.record;
      if (record !== undefined && isSo(record)) return record;
      const remaining = record === undefined ? deadline - Date.now() : Infinity;
      if (remaining <= 0) return null;
      await this.#nextChange(remaining, signal);
    }
  }

  /** A file or folder has another path: the runs of it, and of what is in it, follow. */
  async renamed(from: string, to: string, actor: string): Promise<void> {
    const folder = `${from}/`;
    await this.#kernels.ready();
    for (const kernel of this.#kernels.all) {
      const isConcerned = (path: string): boolean => path === from || path.startsWith(folder);
      if (kernel.summary !== null && !kernel.summary.paths.some(isConcerned)) continue;
      // The kernel whose session was renamed with its document knows by now.
      const { notebooks } = await kernel.runs();
      const events = [...notebooks.keys()].filter(isConcerned).map((path): NewEvent => {
        const moved = `${to}${path.slice(from.length)}`;
        const data = { kernelId: kernel.kernelId, from: path, to: moved, isRename: true };
        return { type: 'kernel-document-changed', version: 1, data, actor, causedBy: null, frames: [] };
      });
      await this.#kernels.append(kernel.kernelId, events);
    }
  }

  /** A file or folder is deleted: nobody wants the outputs that were not yet in it. */
  async deleted(path: string): Promise<void> {
    const folder = `${path}/`;
    const isConcerned = (other: string): boolean => other === path || other.startsWith(folder);
    for (const deleted of (await this.notebooks()).filter(isConcerned))
      await this.released((await this.runsOf(deleted)).map((run) => ({ ...run, outputs: 'gone' })));
  }

  /** Writes all checkpoints. Idempotent. The log is the caller's to close, after this. */
  close(): Promise<void> {
    return this.#kernels.close();
  }

  /** @throws what the signal was aborted with */
  #nextChange(within: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        stop();
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      const stop = this.onChanged(finish);
      const timer = Number.isFinite(within) ? setTimeout(finish, within) : undefined;
      signal.addEventListener('abort', finish, { once: true });
      if (signal.aborted) finish();
    });
  }

  async #kernelsOf(path: string): Promise<KernelRuns[]> {
    const found: KernelRuns[] = [];
    await this.#kernels.ready();
    for (const kernel of this.#kernels.readable) {
      if (kernel.isLoaded || kernel.summary === null || kernel.summary.unreleased.includes(path))
        found.push(await kernel.runs());
    }
    await this.#kernels.unloadEnded();
    return found;
  }

  /** Earlier runs of the same cells, on other kernels. */
  async #earlier(marks: readonly RunMark[]): Promise<(RunMark & { readonly outputs: ReleasedOutputs })[]> {
    const earlier: (RunMark & { readonly outputs: ReleasedOutputs })[] = [];
    for (const { kernelId, id } of marks) {
      const record = (await this.#kernels.of(kernelId).runs()).records.get(id);
      if (record === undefined) continue;
      for (const runs of await this.#kernelsOf(record.path))
        for (const other of runs.records.values())
          if (
            runs.kernelId !== kernelId &&
            other.path === record.path &&
            other.cellId === record.cellId &&
            other.queuedAt <= record.queuedAt &&
            runs.folder.runs.has(other.id)
          )
            earlier.push({
              kernelId: runs.kernelId,
              id: other.id,
              revision: other.revision,
              outputs: 'gone',
            });
    }
    return earlier;
  }

  async #append<Mark extends RunMark>(
    marks: readonly Mark[],
    eventOf: (ofKernel: readonly Mark[]) => Pick<NewEvent, 'type' | 'version' | 'data'>,
  ): Promise<void> {
    for (const [kernelId, ofKernel] of Map.groupBy(marks, (mark) => mark.kernelId))
      await this.#kernels.append(kernelId, [
        { ...eventOf(ofKernel), actor: 'server', causedBy: null, frames: [] } as NewEvent,
      ]);
  }
}
