import type { DialIn } from '../far/dial-in.ts';
import { FarSupervisor } from '../far/far-supervisor.ts';
import type { LaunchRequest } from '../kernel.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { nameAtPlace } from '../places/name-at-place.ts';
import type { KernelUsage } from '../places/kernel-usage.ts';
import type { PlaceCapabilities } from '../places/place-capabilities.ts';
import { PlaceError } from '../places/place-error.ts';
import type { Place } from '../places/place.ts';
import type {
  FoundKernel,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../supervisor/kernel-supervisor.ts';
import type { AgentMachine } from './agent-protocol.ts';

export interface AgentPlaceOptions {
  readonly title: string;
  /** Its alone: which kernels are there is written down in it. */
  readonly folder: string;
  readonly log: KernelLog;
  readonly dialIn: Pick<DialIn, 'isThere' | 'connect'>;
  /** As it described itself last; null: it never came. */
  machine(): AgentMachine | null;
}

/** A machine whose agent dials in. Its supervisor holds its kernels, so nothing that they say is lost. */
export class AgentPlace implements Place {
  readonly capabilities: PlaceCapabilities = { resume: true, limits: true, restart: true, pause: true };
  readonly #options: AgentPlaceOptions;
  readonly #far: FarSupervisor;
  #onChange: () => void = () => undefined;

  constructor(options: AgentPlaceOptions) {
    const { title, folder, log, dialIn } = options;
    this.#options = options;
    this.#far = new FarSupervisor({
      ...{ title, folder, log },
      connect: dialIn.connect,
      awayReason: 'its agent is not connected',
      isAlwaysNeeded: true,
      onReach: () => this.#onChange(),
    });
  }

  /** How many kernels it holds, as far as this server knows. */
  get count(): number {
    return this.#far.count;
  }

  get outage(): string | null {
    const { reachState: reach } = this.#far;
    if (reach.state === 'reached') return null;
    return reach.state === 'away' ? `${this.#options.title}: ${reach.reason}` : this.#away().message;
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** It came with another description. */
  changed(): void {
    this.#onChange();
  }

  reconnect(): void {
    // Only the agent itself can connect; what it is told about a try that failed is in its own terminal.
    this.#far.reach().catch(() => undefined);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- only the interface waits
  async kernelspecs(): Promise<readonly Kernelspec[]> {
    // Its folders are not this machine's: nobody may read this one's files by naming them.
    return this.#machine().kernelspecs.map((kernelspec) => ({
      ...kernelspec,
      resourceDirectory: this.#options.folder,
      prefix: null,
    }));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- only the interface waits
  async check(step: (text: string) => void): Promise<void> {
    step(`Looks whether the agent of ${this.#options.title} is connected`);
    const { kernelspecs, hostname } = this.#machine();
    step(`Looks for kernels at ${hostname}`);
    if (kernelspecs.length === 0)
      throw new PlaceError(
        'PLACE_UNFIT',
        `${hostname} has no kernels.`,
        'Install one there, as "pip install ipykernel" does, or start the agent with --prefix of a Python environment that has one.',
      );
  }

  resourceForm(): Promise<null> {
    return Promise.resolve(null);
  }

  async launch(
    request: LaunchRequest,
    _resources: Readonly<Record<string, string>>,
    listener: SupervisedKernelListener,
  ): Promise<SupervisedKernel> {
    const { kernelspecs, pythonPrefix, runtimeDirectory } = this.#machine();
    const name = nameAtPlace(request.kernelspec);
    const there = kernelspecs.find((kernelspec) => kernelspec.name === name);
    if (there === undefined)
      throw new PlaceError(
        'PLACE_UNFIT',
        `${this.#options.title} has no kernel "${name}" any more.`,
        'Choose another kernel.',
      );
    const { resourceDirectory, prefix, spec } = there;
    return this.#far.launch(
      {
        ...request,
        kernelspec: { ...request.kernelspec, resourceDirectory, prefix, spec },
        pythonPrefix,
        runtimeDirectory,
        inherits: true,
      },
      listener,
    );
  }

  usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    return this.#far.usage();
  }

  get found(): readonly FoundKernel[] {
    return this.#far.found;
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    return this.#far.adopt(kernelId, after, listener);
  }

  /** Its kernels can never be reached again: they are over, for that reason. */
  abandon(why: string): void {
    this.#far.abandon(why);
  }

  close(): Promise<void> {
    return this.#far.close();
  }

  end(): Promise<void> {
    return this.#far.end();
  }

  /** @throws PlaceError PLACE_AWAY */
  #machine(): AgentMachine {
    const machine = this.#options.machine();
    if (machine === null || !this.#far.isReached) throw this.#away();
    return machine;
  }

  #away(): PlaceError {
    const { title } = this.#options;
    return new PlaceError(
      'PLACE_AWAY',
      `The agent of ${title} is not connected.`,
      `Start it there with "in-the-loop agent"; if it runs, it says in its terminal why it cannot connect.`,
    );
  }
}
