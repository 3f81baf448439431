import { KernelError, type LaunchRequest } from '../kernel.ts';
import type { KernelUsage } from '../places/kernel-usage.ts';
import type {
  FoundKernel,
  KernelSupervisor,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../supervisor/kernel-supervisor.ts';
import type { Welcome } from '../supervisor/link/down.ts';
import type { UpRequest } from '../supervisor/link/up.ts';
import { SupervisorClient } from '../supervisor/supervisor-client.ts';
import type { ConnectionListener } from '../supervisor/supervisor-connection.ts';
import { ConnectionGuard } from './connection-guard.ts';
import { FarKernel, type FarKernelHost } from './far-kernel.ts';
import { FarRecords } from './far-records.ts';
import type { Reach } from './reach.ts';
import { ReachLoop, type ReachLoopOptions } from './reach-loop.ts';

export interface FarSupervisorOptions extends ReachLoopOptions {
  /** Of this one alone: which kernels it holds is written down there. Made where it is missing. */
  readonly folder: string;
  /** Whether it is connected to also while it holds no kernel. */
  readonly isAlwaysNeeded?: boolean;
  /** Nobody else has kernels there: those that are not recorded here are ended, for nobody would ever hear of them. */
  readonly isOursAlone?: boolean;
  /** What its kernels are told when it has been away for a while; by default, that they go on and what they say is kept. */
  explainAway?(): string;
}

/** What somebody waits for, who is told when it cannot be done now. */
const AWAITED: ReadonlySet<UpRequest['do']> = new Set([
  'launch',
  'interrupt',
  'restart',
  'shutdown',
  'end',
  'status',
]);

/**
 * A supervisor on another machine. Which kernels it holds for this server is recorded on this one's disk, so that they
 * are known while it cannot be reached, and nobody elsewhere can name others.
 */
export class FarSupervisor implements KernelSupervisor, FarKernelHost {
  readonly #options: FarSupervisorOptions;
  readonly #records: FarRecords;
  readonly #guard: ConnectionGuard;
  readonly #loop: ReachLoop;
  readonly #client: SupervisorClient;
  readonly #kernels = new Map<string, FarKernel>();
  readonly #found: Set<string>;
  #wasTold = false;
  #closing: Promise<void> | null = null;

  constructor(options: FarSupervisorOptions) {
    const { folder, log, title } = options;
    this.#options = options;
    this.#records = new FarRecords(folder, log);
    const left = this.#records.all();
    this.#found = new Set(left.flatMap(({ launch, isEnding }) => (isEnding ? [] : [launch.kernelId])));
    this.#loop = new ReachLoop(options, {
      isNeeded: () => options.isAlwaysNeeded === true || this.#records.size > 0,
      away: () => this.#away(),
    });
    this.#guard = new ConnectionGuard({
      log,
      recorded: (kernelId) => this.#records.get(kernelId)?.launch ?? null,
      onTakenOver: () => {
        log.warn({ place: title }, 'another server has taken over kernels elsewhere');
        this.#loop.takenOver();
      },
      ...(options.isOursAlone === true && {
        onUnknown: (kernelIds) => {
          for (const kernelId of kernelIds)
            if (!this.#records.isUnreadable(kernelId)) void this.#endThere(kernelId);
        },
      }),
    });
    const explainLost = `${title} does not know the kernel any more: the machine was started anew, or its kernels were ended there, while it could not be reached`;
    this.#client = SupervisorClient.openAway(
      { log, explainLost, connect: (clientId, listener) => this.#connect(clientId, listener) },
      left.map(({ launch }) => launch),
    );
  }

  get reachState(): Reach {
    return this.#loop.state;
  }

  get isReached(): boolean {
    return this.#client.isLinked;
  }

  /** Those that are recorded to be there, and that nobody asked to end. */
  get launches(): readonly LaunchRequest[] {
    return this.#records.all().flatMap(({ launch, isEnding }) => (isEnding ? [] : [launch]));
  }

  /** How many kernels are recorded to be there. */
  get count(): number {
    return this.#records.size;
  }

  get found(): readonly FoundKernel[] {
    return [...this.#found].flatMap((kernelId) => {
      const record = this.#records.get(kernelId);
      if (record === null) return [];
      return [{ request: record.launch, pid: null, isOver: false, isAway: !this.isReached }];
    });
  }

  /**
   * Connects now where it is not connected, also if it was to be tried later.
   * @throws whatever `connect` does, of the next attempt
   */
  reach(): Promise<void> {
    return this.#loop.reach();
  }

  /** Fails at once while it is not reached: see `reach`. */
  async launch(request: LaunchRequest, listener: SupervisedKernelListener): Promise<SupervisedKernel> {
    if (this.#closing !== null)
      throw new KernelError('KERNEL_LAUNCH_FAILED', 'the server is ending and starts no kernels');
    if (!this.isReached) throw this.#loop.lost;
    const { kernelId } = request;
    this.#records.add(request);
    const kernel = new FarKernel(this, request, 0, listener);
    try {
      kernel.link(await this.#client.launch(request, kernel.listener));
    } catch (error) {
      // Whether it was started there nobody knows.
      if (error instanceof KernelError && error.code === 'KERNEL_SUPERVISOR_LOST') this.endLater(kernelId);
      else this.#forget(kernelId);
      throw error;
    }
    this.#kernels.set(kernelId, kernel);
    return kernel;
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    const record = this.#records.get(kernelId);
    if (record === null || !this.#found.delete(kernelId))
      throw new TypeError(`kernel ${kernelId} was not found`);
    const kernel = new FarKernel(this, record.launch, after, listener);
    this.#kernels.set(kernelId, kernel);
    return kernel.link(this.#client.adopt(kernelId, after, kernel.listener));
  }

  /**
   * What is there can never be reached again, or was ended there: all kernels are over.
   * @param why for people, in the cells that ran
   * @param isOver which of them; missing: all
   */
  abandon(why: string, isOver: (kernelId: string) => boolean = () => true): void {
    const all = this.#records
      .all()
      .flatMap(({ launch: { kernelId } }) => (isOver(kernelId) ? [kernelId] : []));
    const kernels = [...this.#kernels.values()].filter(({ id }) => isOver(id));
    for (const kernelId of all) this.#forget(kernelId);
    for (const kernel of kernels) kernel.lost(why);
  }

  /** Nothing while it is not reached. What it says of kernels that are not recorded here is passed over. */
  async usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    if (!this.isReached) return new Map();
    const told = await this.#client.usage();
    return new Map([...told].filter(([kernelId]) => this.#records.get(kernelId) !== null));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async end(): Promise<void> {
    if (this.#closing !== null) return this.#closing;
    const all = this.#records.all().map(({ launch }) => launch.kernelId);
    for (const kernelId of all) this.#records.end(kernelId, this.#options.log);
    if (this.isReached) {
      try {
        await this.#client.end();
        for (const kernelId of all) this.#records.remove(kernelId);
      } catch (error) {
        const reason = (error as Error).message;
        this.#options.log.warn({ reason }, 'kernels elsewhere could not be ended, and will be when they can');
      }
    }
    return this.close();
  }

  untilReached(): Promise<void> {
    return this.#loop.untilReached();
  }

  done(kernelId: string): void {
    if (this.#records.get(kernelId)?.isEnding !== false) return;
    // Answered once the supervisor has the acknowledgements before it, and so has forgotten the kernel too. If it is not,
    // the next connection, or the next server, finds the record and does it.
    this.#client.request({ do: 'shutdown', kernelId, now: true }).then(
      () => this.#forget(kernelId),
      () => this.endLater(kernelId),
    );
  }

  endLater(kernelId: string): void {
    this.#records.end(kernelId, this.#options.log);
    this.#kernels.delete(kernelId);
    this.#client.forget(kernelId);
    if (this.isReached) void this.#endThere(kernelId);
  }

  async #close(): Promise<void> {
    this.#loop.close();
    await this.#client.close();
  }

  #connect(clientId: string, listener: ConnectionListener): Promise<void> {
    const guarded = this.#guard.before({
      ...listener,
      welcomed: (welcome, line) => {
        listener.welcomed(welcome, line);
        this.#reached(welcome);
      },
    });
    return this.#loop.connect(clientId, guarded);
  }

  #reached(welcome: Welcome): void {
    const there = new Set(welcome.kernels.map(({ state }) => state.kernelId));
    for (const { launch, isEnding } of this.#records.all()) {
      if (isEnding && there.has(launch.kernelId)) void this.#endThere(launch.kernelId);
      else if (isEnding) this.#forget(launch.kernelId);
    }
    const { title } = this.#options;
    if (this.#wasTold) this.#tell(`${title} can be reached again. What was said meanwhile was kept there.`);
    this.#wasTold = false;
  }

  #away(): void {
    const error = this.#loop.lost;
    this.#client.refuse(({ do: asked }) => AWAITED.has(asked), error);
    this.#tell(
      this.#options.explainAway?.() ??
        `${error.message}. The kernel goes on there: what it says is kept, and comes when it can.`,
    );
    this.#wasTold = true;
  }

  #tell(text: string): void {
    for (const kernel of this.#kernels.values()) kernel.tell({ kind: 'warned', text });
  }

  /** Ends a kernel that somebody asked to be ended while it could not be reached. */
  async #endThere(kernelId: string): Promise<void> {
    try {
      const { last = 0 } = await this.#client.request({ do: 'shutdown', kernelId, now: true });
      this.#client.say({ type: 'acknowledge', kernelId, position: last });
      this.#forget(kernelId);
    } catch (error) {
      const reason = (error as Error).message;
      this.#options.log.warn({ kernelId, reason }, 'a kernel elsewhere is not ended yet');
    }
  }

  #forget(kernelId: string): void {
    this.#records.remove(kernelId);
    this.#guard.forget(kernelId);
    this.#kernels.delete(kernelId);
    this.#client.forget(kernelId);
  }
}
