import type { LaunchRequest } from '../../kernel-bridge/kernel.ts';
import type { LaunchAsker } from '../../kernel-bridge/places/launch-asker.ts';
import type { KernelUsage } from '../../kernel-bridge/places/kernel-usage.ts';
import type {
  FoundKernel,
  KernelSupervisor,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import type { Logger } from '../logger.ts';
import type { WarmKernelsModel } from '../wire/warm-kernels.ts';
import { GrowingPause } from './growing-pause.ts';
import { sameJson } from './same-json.ts';
import { WarmKernel } from './warm-kernel.ts';

export interface WarmPoolOptions {
  readonly supervisor: KernelSupervisor;
  /** How many of each kernelspec are to wait, by its name. */
  readonly wanted: ReadonlyMap<string, number>;
  /** How a kernel that nobody has asked for is started now. @throws KernelError where it cannot be */
  spareLaunch(name: string): Promise<LaunchRequest>;
  /** How many kernels may run beside those that people have. */
  room(): number;
  /** Another number of kernels waits. Must not throw. */
  onChange(): void;
  readonly logger: Logger;
}

/** The first cell has the machine for itself; in milliseconds. */
const QUIET = 2000;
/** Whoever reserved one has it by then. */
const RESERVED = 30_000;

/** What waits of one kernelspec. */
interface Shelf {
  readonly name: string;
  readonly wanted: number;
  readonly kernels: Set<WarmKernel>;
  readonly pause: GrowingPause;
  displayName: string;
  problem: string | null;
  isToldOfFolder: boolean;
}

/** Kernels that were started before anybody asked, in front of the supervisor that holds them: it hands them out. */
export class WarmPool implements KernelSupervisor {
  readonly #options: WarmPoolOptions;
  readonly #shelves: readonly Shelf[];
  readonly #reserved = new Map<string, { readonly kernel: WarmKernel; readonly timer: NodeJS.Timeout }>();
  /** Those that are being ended. */
  readonly #ending = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  /** In milliseconds since the epoch. */
  #quietUntil = 0;
  #filling: Promise<void> | null = null;
  #isOpen = false;

  constructor(options: WarmPoolOptions) {
    this.#options = options;
    this.#shelves = [...options.wanted].map(([name, wanted]) => ({
      name,
      wanted,
      kernels: new Set(),
      pause: new GrowingPause(),
      displayName: name,
      problem: null,
      isToldOfFolder: false,
    }));
  }

  /** Those that are somebody's. */
  get found(): readonly FoundKernel[] {
    return this.#options.supervisor.found.filter(({ request }) => request.isSpare !== true);
  }

  /** What waits, for people. */
  list(): WarmKernelsModel[] {
    return this.#shelves.map(({ name, displayName, wanted, kernels, problem }) => ({
      kernelspec: name,
      displayName,
      wanted,
      waiting: [...kernels].filter(({ isReady }) => isReady).length,
      problem,
    }));
  }

  /** Takes those that a server left, or ends them, and begins to start others. */
  async open(): Promise<void> {
    this.#isOpen = true;
    const spare = this.#options.supervisor.found.filter(({ request }) => request.isSpare === true);
    for (const found of spare) await this.#takeFound(found);
    this.#fillLater(0);
  }

  /**
   * One that can serve a launch, which has to follow with this id.
   * @returns null where none can
   */
  reserve(launch: Omit<LaunchRequest, 'kernelId' | 'sessionPath'>): string | null {
    for (const shelf of this.#shelves)
      for (const kernel of shelf.kernels) {
        if (!kernel.isReady || kernel.request.kernelspec.name !== launch.kernelspec.name) continue;
        if (!sameJson(kernel.request.kernelspec, launch.kernelspec)) {
          this.#drop(shelf, kernel);
          continue;
        }
        if (!servesLaunch(kernel, launch)) continue;
        shelf.kernels.delete(kernel);
        shelf.pause.over();
        kernel.reserve();
        const timer = setTimeout(() => this.#expire(kernel), RESERVED);
        this.#reserved.set(kernel.id, { kernel, timer: timer.unref() });
        return kernel.id;
      }
    return null;
  }

  async launch(
    request: LaunchRequest,
    listener: SupervisedKernelListener,
    asker?: LaunchAsker,
  ): Promise<SupervisedKernel> {
    const reserved = this.#reserved.get(request.kernelId);
    this.#reserved.delete(request.kernelId);
    clearTimeout(reserved?.timer);
    this.#quietUntil = Date.now() + QUIET;
    this.lookAgain();
    const launched =
      reserved === undefined
        ? await this.#options.supervisor.launch(request, listener, asker)
        : await reserved.kernel.handOver(request, listener);
    this.#giveUpRoom();
    this.#options.onChange();
    return launched;
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    return this.#options.supervisor.adopt(kernelId, after, listener);
  }

  async usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    return (await this.#options.supervisor.usage?.()) ?? new Map<string, KernelUsage>();
  }

  /** There may be room for more. */
  lookAgain(): void {
    this.#fillLater(0);
  }

  /** Ends those that wait, which are nobody's, and lets go of the others. Idempotent. */
  async close(): Promise<void> {
    this.#stop();
    for (const shelf of this.#shelves) for (const kernel of shelf.kernels) this.#drop(shelf, kernel);
    for (const { kernel } of this.#reserved.values()) this.#end(kernel);
    await this.#filling;
    await Promise.all(this.#ending);
    await this.#options.supervisor.close();
  }

  async end(): Promise<void> {
    this.#stop();
    await this.#options.supervisor.end();
  }

  #stop(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    for (const { timer } of this.#reserved.values()) clearTimeout(timer);
  }

  async #takeFound({ request, isOver }: FoundKernel): Promise<void> {
    const { kernelspec } = request;
    const shelf = this.#shelves.find(({ name }) => name === kernelspec.name);
    const kernel = new WarmKernel(request, (reason) => this.#died(shelf, kernel, reason));
    const supervised = this.#options.supervisor.adopt(kernel.id, 0, kernel.listener);
    const wanted =
      shelf === undefined || isOver || shelf.kernels.size >= shelf.wanted
        ? null
        : await this.#options.spareLaunch(shelf.name).catch(() => null);
    const isWanted = wanted !== null && sameJson(wanted, { ...request, kernelId: wanted.kernelId });
    if (isWanted) shelf?.kernels.add(kernel);
    const begun = this.#begin(shelf, kernel, supervised);
    if (!isWanted) this.#end(kernel);
    void begun;
  }

  async #begin(shelf: Shelf | undefined, kernel: WarmKernel, supervised: SupervisedKernel): Promise<void> {
    try {
      await kernel.begin(supervised);
      if (shelf?.kernels.has(kernel) !== true) return;
      shelf.problem = null;
      this.#tellOfFolder(shelf, kernel);
      this.#options.onChange();
    } catch (error) {
      if (shelf?.kernels.has(kernel) === true) this.#died(shelf, kernel, (error as Error).message);
    }
  }

  #fillLater(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (!this.#isOpen || this.#shelves.length === 0) return;
    const quiet = this.#quietUntil - Date.now();
    this.#timer = setTimeout(() => this.#fill(), Math.max(milliseconds, quiet));
    this.#timer.unref();
  }

  #fill(): void {
    this.#filling ??= this.#startNext()
      .catch((error: unknown) => this.#options.logger.error({ err: error }, 'No kernel could be kept warm'))
      .finally(() => (this.#filling = null));
  }

  /** One after another; the next once this one waits, or has failed. */
  async #startNext(): Promise<void> {
    if (!this.#isOpen) return;
    const lacking = this.#shelves.filter(({ kernels, wanted }) => kernels.size < wanted);
    if (lacking.length === 0 || this.#count >= this.#options.room()) return;
    const shelf = lacking.find(({ pause }) => pause.remaining === 0);
    if (shelf === undefined) return this.#fillLater(Math.min(...lacking.map(({ pause }) => pause.remaining)));
    await this.#startOne(shelf);
    this.#fillLater(0);
  }

  async #startOne(shelf: Shelf): Promise<void> {
    try {
      const request = await this.#options.spareLaunch(shelf.name);
      shelf.displayName = request.kernelspec.spec.display_name;
      const kernel = new WarmKernel(request, (reason) => this.#died(shelf, kernel, reason));
      shelf.kernels.add(kernel);
      const launched = this.#options.supervisor.launch(request, kernel.listener);
      const supervised = await launched.catch((error: unknown) => {
        shelf.kernels.delete(kernel);
        throw error;
      });
      const begun = this.#begin(shelf, kernel, supervised);
      if (this.#isOpen) await begun;
      else this.#drop(shelf, kernel);
    } catch (error) {
      this.#failed(shelf, (error as Error).message);
    }
  }

  /** Of no use any more; another is started after a pause. */
  #died(shelf: Shelf | undefined, kernel: WarmKernel, reason: string): void {
    if (shelf === undefined || !this.#drop(shelf, kernel)) return;
    this.#failed(shelf, reason);
    this.#fillLater(shelf.pause.remaining);
  }

  #failed(shelf: Shelf, reason: string): void {
    const seconds = Math.round(shelf.pause.grow() / 1000);
    shelf.problem = reason;
    this.#options.logger.warn(
      { kernelspec: shelf.name, reason },
      `A kernel that was to be kept warm is not there; the next is started in ${seconds} s`,
    );
    this.#options.onChange();
  }

  #tellOfFolder(shelf: Shelf, kernel: WarmKernel): void {
    if (kernel.canMove || shelf.isToldOfFolder) return;
    shelf.isToldOfFolder = true;
    this.#options.logger.warn(
      { kernelspec: shelf.name, folder: kernel.request.workingDirectory },
      'Kernels of this kernelspec cannot be told to work in another folder: warm ones serve notebooks in this folder alone',
    );
  }

  /** People's kernels come first. */
  #giveUpRoom(): void {
    const room = this.#options.room();
    for (const shelf of this.#shelves)
      for (const kernel of shelf.kernels) if (this.#count > room) this.#drop(shelf, kernel);
  }

  #expire(kernel: WarmKernel): void {
    if (this.#reserved.delete(kernel.id)) this.#end(kernel);
  }

  #drop(shelf: Shelf, kernel: WarmKernel): boolean {
    if (!shelf.kernels.delete(kernel)) return false;
    this.#end(kernel);
    return true;
  }

  #end(kernel: WarmKernel): void {
    const ending = kernel
      .end()
      .catch((error: unknown) =>
        this.#options.logger.warn({ err: error, kernelId: kernel.id }, 'A warm kernel could not be ended'),
      )
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  get #count(): number {
    return this.#shelves.reduce((sum, { kernels }) => sum + kernels.size, 0);
  }
}

/** Its limits begin when it is handed over. */
function servesLaunch(kernel: WarmKernel, launch: Omit<LaunchRequest, 'kernelId' | 'sessionPath'>): boolean {
  const { environment, pythonPrefix, runtimeDirectory, workingDirectory } = kernel.request;
  return (
    (kernel.canMove || workingDirectory === launch.workingDirectory) &&
    pythonPrefix === launch.pythonPrefix &&
    runtimeDirectory === launch.runtimeDirectory &&
    sameJson(environment, launch.environment)
  );
}
