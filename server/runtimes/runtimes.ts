import type { KernelUsage } from '../../kernel-bridge/places/kernel-usage.ts';
import type { PlaceKind } from '../wire/place.ts';
import type { RuntimeHost, RuntimeModel } from '../wire/runtime.ts';
import { ProcessorShares } from './processor-shares.ts';

/** What is asked of a kernel that runs. */
export interface RuntimeKernel {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  /** The id of its place; null for this machine. */
  readonly place: string | null;
  readonly model: {
    readonly execution_state: string;
    readonly last_activity: string;
    readonly connections: number;
    readonly waiting?: string;
  };
  readonly whereabouts: {
    readonly pid: number | null;
    readonly connectionFile: string | null;
    readonly startedAt: number | null;
    readonly text: string | null;
    readonly queued: number;
  };
}

export interface RuntimePlace {
  readonly id: string;
  readonly title: string;
  readonly kind: PlaceKind;
  /** Why its kernels cannot be reached now; null while they can. */
  readonly outage: string | null;
}

export interface RuntimesDependencies {
  kernels(): readonly RuntimeKernel[];
  /** Null for this machine; a place that is gone is told by its id. */
  placeOf(id: string | null): RuntimePlace;
  /** Of the notebook whose session runs on a kernel. */
  notebookOf(kernelId: string): string | null;
  /** The page that runs a kernel; null for one that no page runs. */
  hostOf(kernelId: string): RuntimeHost | null;
  usage(): Promise<ReadonlyMap<string, KernelUsage>>;
}

/** In milliseconds: so long a look at what kernels use is taken for true, however many pages ask. */
const FRESH = 2000;
/** A place that does not answer is told without. */
const PATIENCE = 2000;

/** Kernels and where they run, as people who look after them see them. */
export class Runtimes {
  readonly #deps: RuntimesDependencies;
  readonly #shares = new ProcessorShares();
  #usage: ReadonlyMap<string, KernelUsage> = new Map();
  #processors: ReadonlyMap<string, number | null> = new Map();
  #looked = 0;
  #looking: Promise<void> | null = null;

  constructor(deps: RuntimesDependencies) {
    this.#deps = deps;
  }

  async list(): Promise<RuntimeModel[]> {
    if (Date.now() - this.#looked > FRESH) await this.#look();
    return this.#deps.kernels().map((kernel) => this.#model(kernel));
  }

  #model(kernel: RuntimeKernel): RuntimeModel {
    const { id, name, displayName, model, whereabouts } = kernel;
    const { outage, ...place } = this.#deps.placeOf(kernel.place);
    const { startedAt, queued, pid, connectionFile } = whereabouts;
    const host = place.kind === 'browser' ? this.#deps.hostOf(id) : null;
    return {
      kernelId: id,
      kernelspec: name,
      displayName,
      place,
      state:
        outage !== null ? 'unreachable' : model.waiting !== undefined ? 'waiting' : model.execution_state,
      stateText: outage ?? whereabouts.text,
      notebook: this.#deps.notebookOf(id),
      startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
      lastActivity: model.last_activity,
      connections: model.connections,
      queued,
      pid,
      cpu: this.#processors.get(id) ?? null,
      memory: this.#usage.get(id)?.memory ?? null,
      connectionFile,
      ...(host === null ? {} : { host }),
    };
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => (this.#looking = null));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE);
      timer.unref();
    });
    return Promise.race([this.#looking, late]).finally(() => clearTimeout(timer));
  }

  async #lookNow(): Promise<void> {
    this.#usage = await this.#deps.usage();
    this.#looked = Date.now();
    this.#processors = this.#shares.shares(this.#usage, this.#looked);
  }
}
