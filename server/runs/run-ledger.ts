import type { EventLog } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import type { Logger } from '../logger.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import type { CommittedEvents } from './committed-event.ts';
import { KernelLedger } from './kernel-ledger.ts';
import type { KernelRuns } from './kernel-runs.ts';
import { isUnreleased } from './kernel-runs.ts';
import type { NotebookRun, ReleasedOutputs, RunMark } from './notebook-run.ts';
import { notebookRun } from './notebook-run.ts';
import type { CheckpointHeader } from './run-checkpoint.ts';
import type { RunFilter } from './run-filter.ts';
import { compareNewest, isWanted, mayHold } from './run-filter.ts';
import type { RunRecord } from './run-record.ts';

const PREFIX = 'kernel/';
/** Events behind the checkpoints that are read before anybody is answered; what is longer is read beside. */
const SHORT_TAILS = 100_000;
/** Kernels that are over and whose runs stay in memory. */
const LOADED_ENDED = 20;

/** A run with the state it is part of, which goes on changing. */
export interface KnownRun {
  readonly runs: KernelRuns;
  readonly record: RunRecord;
}

/** Every run of every notebook's cell: what was asked, how far it is, and what it put out (I1). */
export class RunLedger {
  readonly #log: EventLog;
  readonly #logger: Logger;
  readonly #baseUrl: string;
  readonly #checkpoints: CheckpointFolder;
  readonly #kernels = new Map<string, KernelLedger>();
  readonly #listeners = new Set<(path: string) => void>();
  /** Of whose streams so much is unread that nobody waits for it. */
  readonly #rebuilding = new Set<KernelLedger>();
  #tailsRead: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param options.directory of its checkpoints; `baseUrl` is for links in outputs */
  static async open(options: {
    readonly log: EventLog;
    readonly logger: Logger;
    readonly directory: string;
    /** So long is large (S3), in bytes. */
    readonly largeDataBytes?: number;
    readonly baseUrl: string;
  }): Promise<RunLedger> {
    const checkpoints = await CheckpointFolder.open(options.directory, options.largeDataBytes);
    const ledger = new RunLedger(options, checkpoints);
    for (const header of await checkpoints.headers())
      ledger.#kernels.set(header.kernelId, ledger.#newKernel(header.kernelId, header));
    ledger.#tailsRead = ledger.#readTails();
    return ledger;
  }

  private constructor(
    { log, logger, baseUrl }: { log: EventLog; logger: Logger; baseUrl: string },
    checkpoints: CheckpointFolder,
  ) {
    this.#log = log;
    this.#logger = logger;
    this.#baseUrl = baseUrl;
    this.#checkpoints = checkpoints;
  }

  /** What was committed to a kernel's stream, in order. Costs the caller next to nothing. */
  observe(committed: CommittedEvents): void {
    if (!this.#isClosed && committed.events.length > 0) this.#kernel(committed.kernelId).observe(committed);
  }

  /** Is called with the path of a notebook whenever its runs are others than before. @returns how to stop that */
  onChanged(listener: (path: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The paths of the notebooks with runs whose outputs are not released. */
  async notebooks(): Promise<string[]> {
    await this.#tailsRead;
    const paths = new Set<string>();
    for (const kernel of this.#kernels.values()) {
      if (this.#rebuilding.has(kernel)) continue;
      if (kernel.isLoaded || kernel.summary === null) await kernel.runs();
      for (const path of kernel.summary?.unreleased ?? []) paths.add(path);
    }
    return [...paths];
  }

  /**
   * The latest run of each cell of a notebook whose outputs are not released: not only the file's business yet. All
   * that was committed before the call is in them.
   */
  async runsOf(path: string): Promise<NotebookRun[]> {
    const latest = new Map<string, { runs: KernelRuns; record: RunRecord }>();
    for (const runs of await this.#kernelsOf(path))
      for (const record of runs.records.values()) {
        if (record.path !== path || !runs.folder.runs.has(record.id)) continue;
        const other = latest.get(record.cellId);
        if (other === undefined || other.record.queuedAt <= record.queuedAt)
          latest.set(record.cellId, { runs, record });
      }
    return [...latest.values()].flatMap(({ runs, record }) => {
      const run = isUnreleased(runs, record) ? notebookRun(runs, record, this.#baseUrl) : null;
      return run === null ? [] : [run];
    });
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
    await this.#tailsRead;
    // Those in memory first: a run that somebody asks for is seldom an old one.
    const kernels = [...this.#kernels.values()].sort((one, other) => +other.isLoaded - +one.isLoaded);
    for (const kernel of kernels) {
      if (this.#rebuilding.has(kernel)) continue;
      const runs = await kernel.runs();
      const record = runs.records.get(runId);
      if (record !== undefined) return { runs, record };
      await this.#unloadEnded();
    }
    return null;
  }

  /** @returns null for a run that this kernel's stream does not have */
  async findIn(kernelId: string, runId: string): Promise<KnownRun | null> {
    await this.#tailsRead;
    const runs = await this.#kernel(kernelId).runs();
    const record = runs.records.get(runId);
    return record === undefined ? null : { runs, record };
  }

  /** Whether a run is known, as far as that can be said at once: one of a kernel that is alive is. */
  knows(runId: string): boolean {
    return [...this.#kernels.values()].some((kernel) => kernel.knows(runId));
  }

  /** All runs of a kernel; null while its stream is read anew. The state itself, which goes on changing. */
  async runsOfKernel(kernelId: string): Promise<KernelRuns | null> {
    await this.#tailsRead;
    const kernel = this.#kernel(kernelId);
    if (this.#rebuilding.has(kernel)) return null;
    const runs = await kernel.runs();
    await this.#unloadEnded();
    return runs;
  }

  /** Of a kernel that is over, and whose stream is empty. */
  async forget(kernelId: string): Promise<void> {
    await this.#kernels.get(kernelId)?.close();
    this.#kernels.delete(kernelId);
    await this.#checkpoints.remove(kernelId);
  }

  /** What is wanted of all runs, newest first; of each kernel at most `limit`. */
  async select(wanted: RunFilter, limit: number): Promise<KnownRun[]> {
    await this.#tailsRead;
    const found: KnownRun[] = [];
    for (const kernel of this.#kernels.values()) {
      if (this.#rebuilding.has(kernel) || !mayHold(kernel, wanted)) continue;
      const runs = await kernel.runs();
      const records = [...runs.records.values()].filter((record) => isWanted(record, wanted));
      found.push(...records.slice(-limit).map((record) => ({ runs, record })));
      await this.#unloadEnded();
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
    await this.#tailsRead;
    for (const kernel of this.#kernels.values()) {
      const isConcerned = (path: string): boolean => path === from || path.startsWith(folder);
      if (kernel.summary !== null && !kernel.summary.paths.some(isConcerned)) continue;
      // The kernel whose session was renamed with its document knows by now.
      const { notebooks } = await kernel.runs();
      const events = [...notebooks.keys()].filter(isConcerned).map((path): NewEvent => {
        const moved = `${to}${path.slice(from.length)}`;
        const data = { kernelId: kernel.kernelId, from: path, to: moved, isRename: true };
        return { type: 'kernel-document-changed', version: 1, data, actor, causedBy: null, frames: [] };
      });
      await this.#appendTo(kernel.kernelId, events);
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
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#tailsRead;
    await Promise.all([...this.#kernels.values()].map((kernel) => kernel.close()));
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

  /** A start reads what came since the checkpoints. */
  async #readTails(): Promise<void> {
    let unread = 0;
    const tails: [KernelLedger, number][] = [];
    try {
      for await (const stream of this.#log.streams(PREFIX)) {
        const kernel = this.#kernel(stream.slice(PREFIX.length));
        const last = await this.#log.lastSequence(stream);
        if (last <= kernel.checkpointed) continue;
        tails.push([kernel, last]);
      }
      const behindOf = ([kernel, last]: [KernelLedger, number]): number => last - kernel.checkpointed;
      for (const tail of tails.sort((one, other) => behindOf(one) - behindOf(other))) {
        unread += behindOf(tail);
        if (unread > SHORT_TAILS) this.#rebuilding.add(tail[0]);
      }
    } catch (error) {
      this.#logger.error({ err: error }, 'The kernels in the log could not be listed');
    }
    for (const [kernel, last] of tails) if (!this.#rebuilding.has(kernel)) await this.#readTail(kernel, last);
    // Its failures are logged, one by one.
    void this.#rebuild(tails.filter(([kernel]) => this.#rebuilding.has(kernel)));
  }

  async #rebuild(tails: readonly [KernelLedger, number][]): Promise<void> {
    for (const [kernel, last] of tails) {
      await this.#readTail(kernel, last);
      this.#rebuilding.delete(kernel);
    }
  }

  async #readTail(kernel: KernelLedger, last: number): Promise<void> {
    if (this.#isClosed) return;
    try {
      await kernel.readThrough(last);
      await this.#unloadEnded();
    } catch (error) {
      const { kernelId } = kernel;
      this.#logger.error({ err: error, kernelId }, 'The runs of a kernel could not be read');
    }
  }

  #kernel(kernelId: string): KernelLedger {
    const known = this.#kernels.get(kernelId);
    if (known !== undefined) return known;
    const kernel = this.#newKernel(kernelId, null);
    this.#kernels.set(kernelId, kernel);
    return kernel;
  }

  #newKernel(kernelId: string, header: CheckpointHeader | null): KernelLedger {
    return new KernelLedger(
      {
        kernelId,
        log: this.#log,
        checkpoints: this.#checkpoints,
        logger: this.#logger,
        onChanged: (paths) => this.#tell(paths),
      },
      header,
    );
  }

  #tell(paths: ReadonlySet<string>): void {
    for (const path of paths) for (const listener of this.#listeners) listener(path);
  }

  async #kernelsOf(path: string): Promise<KernelRuns[]> {
    const found: KernelRuns[] = [];
    await this.#tailsRead;
    for (const kernel of this.#kernels.values()) {
      if (this.#rebuilding.has(kernel)) continue;
      if (kernel.isLoaded || kernel.summary === null || kernel.summary.unreleased.includes(path))
        found.push(await kernel.runs());
    }
    await this.#unloadEnded();
    return found;
  }

  /** Earlier runs of the same cells, on other kernels. */
  async #earlier(marks: readonly RunMark[]): Promise<(RunMark & { readonly outputs: ReleasedOutputs })[]> {
    const earlier: (RunMark & { readonly outputs: ReleasedOutputs })[] = [];
    for (const { kernelId, id } of marks) {
      const record = (await this.#kernels.get(kernelId)?.runs())?.records.get(id);
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
      await this.#appendTo(kernelId, [
        { ...eventOf(ofKernel), actor: 'server', causedBy: null, frames: [] } as NewEvent,
      ]);
  }

  async #appendTo(kernelId: string, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const last = await this.#log.append(`${PREFIX}${kernelId}`, events);
    this.observe({ kernelId, firstSequence: last - events.length + 1, time: Date.now(), events });
  }

  async #unloadEnded(): Promise<void> {
    const ended = [...this.#kernels.values()].filter((kernel) => kernel.isLoadedAndEnded);
    for (const kernel of ended.slice(0, Math.max(0, ended.length - LOADED_ENDED))) {
      await kernel.writeCheckpoint();
      kernel.unload();
    }
  }
}
