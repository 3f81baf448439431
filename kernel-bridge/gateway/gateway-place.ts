import type { LaunchRequest } from '../kernel.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { PlaceCapabilities } from '../places/place-capabilities.ts';
import { PlaceError } from '../places/place-error.ts';
import type { Place } from '../places/place.ts';
import type {
  FoundKernel,
  KernelSupervisor,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../supervisor/kernel-supervisor.ts';
import { GatewayClient } from './gateway-client.ts';
import { GATEWAY, type GatewayTarget } from './gateway-launcher.ts';
import type { GatewaySettings } from './gateway-settings.ts';
import { KernelspecResources } from './kernelspec-resources.ts';
import { offeredKernelspec } from './offered-kernelspec.ts';
import { writeGatewaySettings } from './settings-file.ts';

export interface GatewayPlaceParts {
  readonly settings: GatewaySettings;
  /** Holds the kernels. */
  readonly here: KernelSupervisor;
  readonly log: KernelLog;
  /** Of this place alone, 0700. */
  readonly folder: string;
}

/** A Jupyter server elsewhere, by whatever name: jupyter_server, Enterprise Gateway, a person's server on a JupyterHub. */
export class GatewayPlace implements Place {
  readonly capabilities: PlaceCapabilities = { resume: false, limits: false, restart: true, pause: false };
  /** The supervisor of this machine has them all. */
  readonly found: readonly FoundKernel[] = [];
  readonly #parts: GatewayPlaceParts;
  readonly #client: GatewayClient;
  readonly #resources: KernelspecResources;
  readonly #settingsFile: string;
  readonly #kernels = new Set<SupervisedKernel>();

  /** @throws the file system's errors */
  constructor(parts: GatewayPlaceParts) {
    this.#parts = parts;
    this.#client = new GatewayClient(parts.settings);
    this.#resources = new KernelspecResources(parts.folder, parts.log);
    // At once: kernels that were there before connect by it.
    this.#settingsFile = writeGatewaySettings(parts.folder, parts.settings);
  }

  async kernelspecs(): Promise<readonly Kernelspec[]> {
    const offered = await this.#client.kernelspecs();
    return Promise.all(
      offered.map(async (spec) => offeredKernelspec(spec, await this.#resources.keep(this.#client, spec))),
    );
  }

  async check(step: (text: string) => void): Promise<void> {
    const { host } = new URL(this.#parts.settings.url);
    step(`Connects to ${host}`);
    await this.#client.version();
    step('Signs in and asks for kernels');
    const offered = await this.#client.kernelspecs();
    if (offered.length === 0)
      throw new PlaceError(
        'PLACE_UNFIT',
        `${host} offers no kernels.`,
        'Install one there: `python -m pip install ipykernel`.',
      );
    step(`Finds ${offered.map(({ display_name: name }) => name).join(', ')}`);
  }

  resourceForm(): Promise<null> {
    return Promise.resolve(null);
  }

  async launch(
    request: LaunchRequest,
    _resources: Readonly<Record<string, string>>,
    listener: SupervisedKernelListener,
  ): Promise<SupervisedKernel> {
    const { here, settings } = this.#parts;
    const target: GatewayTarget = { kind: GATEWAY, settingsFile: this.#settingsFile, url: settings.url };
    const kernel = await here.launch({ ...request, target }, listener);
    this.#kernels.add(kernel);
    return kernel;
  }

  adopt(kernelId: string): SupervisedKernel {
    throw new Error(`kernel ${kernelId} is not held by its place`);
  }

  /** Its kernels are held by the supervisor. */
  close(): Promise<void> {
    this.#kernels.clear();
    return Promise.resolve();
  }

  async end(): Promise<void> {
    await Promise.all([...this.#kernels].map((kernel) => kernel.shutdown()));
    await this.close();
  }
}
