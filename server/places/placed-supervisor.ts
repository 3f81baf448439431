import type { KernelLifecycleEvent, LaunchRequest } from '../../kernel-bridge/kernel.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { KernelUsage } from '../../kernel-bridge/places/kernel-usage.ts';
import type { LaunchAsker } from '../../kernel-bridge/places/launch-asker.ts';
import { PlaceError } from '../../kernel-bridge/places/place-error.ts';
import type {
  FoundKernel,
  KernelSupervisor,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import type { Logger } from '../logger.ts';
import { THIS_MACHINE } from './place-id.ts';
import type { Places } from './places.ts';
import { UsageOfAll } from './usage-of-all.ts';

export interface PlacedSupervisorOptions {
  readonly here: KernelSupervisor;
  readonly places: Places;
  readonly logger: Logger;
  /** What the notebook of a kernel asks for there; an empty object for the place's own. @throws Error where it cannot be read */
  resourcesOf(placeId: string, sessionPath: string | null): Promise<Readonly<Record<string, string>>>;
  /** What is counted. Must not throw. */
  onLaunch(placeId: string, succeeded: boolean): void;
  onLifecycle(placeId: string, kernelId: string, event: KernelLifecycleEvent): void;
}

/** Nobody's own page runs what nobody asks for. */
const NOBODY: LaunchAsker = { person: '', host: null };

/** The kernels of this machine and of all places. One that hangs or breaks disturbs no other. */
export class PlacedSupervisor implements KernelSupervisor {
  readonly #options: PlacedSupervisorOptions;
  readonly #usage: UsageOfAll;

  constructor(options: PlacedSupervisorOptions) {
    this.#options = options;
    this.#usage = new UsageOfAll(options.logger);
  }

  get found(): readonly FoundKernel[] {
    return [...this.#options.here.found, ...this.#options.places.found];
  }

  /** @throws KernelError */
  async launch(
    request: LaunchRequest,
    listener: SupervisedKernelListener,
    asker: LaunchAsker = NOBODY,
  ): Promise<SupervisedKernel> {
    const place = request.kernelspec.place ?? THIS_MACHINE;
    try {
      const kernel = await this.#launch(request, this.#counted(request, listener), asker);
      this.#options.onLaunch(place, true);
      return kernel;
    } catch (error) {
      this.#options.onLaunch(place, false);
      throw error;
    }
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    const { here, places } = this.#options;
    const request = this.found.find((found) => found.request.kernelId === kernelId)?.request;
    const heard = request === undefined ? listener : this.#counted(request, listener);
    const isThere = (found: FoundKernel): boolean => found.request.kernelId === kernelId;
    const held = places.list().find(({ place }) => place?.found.some(isThere));
    if (held?.place == null) return here.adopt(kernelId, after, heard);
    return held.place.adopt(kernelId, after, heard);
  }

  /** Of the kernels of which it is known, by id. */
  usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    const { here, places } = this.#options;
    return this.#usage.ask([here, ...places.list().flatMap(({ place }) => place ?? [])]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#options.here.close(), this.#options.places.close()]);
  }

  async end(): Promise<void> {
    // The supervisor here may hold what places need to end theirs.
    await this.#options.places.end();
    await this.#options.here.end();
  }

  async #launch(
    request: LaunchRequest,
    listener: SupervisedKernelListener,
    asker: LaunchAsker,
  ): Promise<SupervisedKernel> {
    const { here, places } = this.#options;
    const id = request.kernelspec.place;
    if (id === undefined) return here.launch(request, listener);
    const held = places.find(id);
    if (held?.place == null)
      throw new KernelError(
        'KERNEL_LAUNCH_FAILED',
        held?.state.text ?? `There is no place "${id}" any more.`,
      );
    try {
      const resources = await this.#options.resourcesOf(id, request.sessionPath);
      return await held.place.launch(request, resources, listener, asker);
    } catch (error) {
      if (!(error instanceof PlaceError)) throw error;
      void held.refresh();
      const text = [`${held.title}: ${error.message}`, error.remedy].filter(Boolean).join(' ');
      throw new KernelError('KERNEL_LAUNCH_FAILED', text, { cause: error });
    }
  }

  #counted(request: LaunchRequest, listener: SupervisedKernelListener): SupervisedKernelListener {
    const { kernelId, kernelspec } = request;
    const place = kernelspec.place ?? THIS_MACHINE;
    return {
      message: (message, position) => listener.message(message, position),
      lifecycle: (event, position) => {
        this.#options.onLifecycle(place, kernelId, event);
        listener.lifecycle(event, position);
      },
      refused: (message, error) => listener.refused(message, error),
    };
  }
}
