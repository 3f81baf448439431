import { type FSWatcher, watch } from 'node:fs';
import { resolve } from 'node:path';
import type { LaunchRequest } from '../kernel.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { nameAtPlace } from '../places/name-at-place.ts';
import type { PlaceCapabilities } from '../places/place-capabilities.ts';
import { PlaceError } from '../places/place-error.ts';
import type { Place } from '../places/place.ts';
import type {
  KernelSupervisor,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../supervisor/kernel-supervisor.ts';
import type { AttachSettings } from './attach-settings.ts';
import { attachTarget } from './attach-target.ts';
import { kernelNameOf, RunningKernels } from './running-kernels.ts';

export interface AttachPlaceOptions {
  readonly settings: AttachSettings;
  /** Jupyter's, for connection files. */
  readonly runtimeDirectory: string;
  /** It holds what is attached to, so that it goes on being heard without the server. */
  readonly here: KernelSupervisor;
  /** Whether a kernel of that id is held by this server already. */
  isOurs(kernelId: string): boolean;
  readonly log: KernelLog;
}

/** Files come and go in bursts; in milliseconds. */
const SETTLING = 500;

/** Kernels that run already: each is offered as a kernelspec of its own, and is never ended from here. */
export class AttachPlace implements Place {
  readonly capabilities: PlaceCapabilities = { resume: false, limits: false, restart: false, pause: false };
  /** The supervisor of this machine holds them. */
  readonly found = [];
  readonly #options: AttachPlaceOptions;
  readonly #running = new RunningKernels();
  #watcher: FSWatcher | null = null;
  #settling: NodeJS.Timeout | undefined;

  constructor(options: AttachPlaceOptions) {
    this.#options = options;
  }

  async kernelspecs(): Promise<readonly Kernelspec[]> {
    const { connectionFile } = this.#options.settings;
    if (connectionFile === undefined) return this.#running.list(await this.#files());
    const kernelspec = await this.#running.describe(this.#resolve(connectionFile));
    if (kernelspec === null) throw gone(this.#resolve(connectionFile));
    return [kernelspec];
  }

  async check(step: (text: string) => void): Promise<void> {
    const { connectionFile } = this.#options.settings;
    if (connectionFile !== undefined) step(`Asks the kernel of ${this.#resolve(connectionFile)}`);
    else step(`Looks for kernels in ${this.#folder}`);
    await this.kernelspecs();
  }

  resourceForm(): Promise<null> {
    return Promise.resolve(null);
  }

  async launch(
    request: LaunchRequest,
    _resources: Readonly<Record<string, string>>,
    listener: SupervisedKernelListener,
  ): Promise<SupervisedKernel> {
    const target = attachTarget(await this.#fileOf(request.kernelspec));
    // What it runs on, and for how long, is its owner's business.
    return this.#options.here.launch({ ...request, environment: {}, limits: undefined, target }, listener);
  }

  adopt(kernelId: string): SupervisedKernel {
    throw new TypeError(`the supervisor of this machine holds ${kernelId}`);
  }

  onChange(listener: () => void): void {
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, () => {
        this.#settling ??= setTimeout(() => {
          this.#settling = undefined;
          listener();
        }, SETTLING).unref();
      });
      this.#watcher.on('error', (error) => this.#unwatched(error));
    } catch (error) {
      this.#unwatched(error as Error);
    }
  }

  /** It is asked now and then as well. */
  #unwatched(error: Error): void {
    this.#options.log.debug({ reason: error.message }, 'the folder of connection files is not watched');
  }

  close(): Promise<void> {
    this.#watcher?.close();
    clearTimeout(this.#settling);
    return Promise.resolve();
  }

  /** They are not ours to end. */
  end(): Promise<void> {
    return this.close();
  }

  get #folder(): string {
    return this.#options.settings.runtimeFolder ?? this.#options.runtimeDirectory;
  }

  #resolve(file: string): string {
    return resolve(this.#folder, file);
  }

  /** @throws PlaceError PLACE_UNREACHABLE where there is no such folder */
  async #files(): Promise<readonly string[]> {
    try {
      const files = await this.#running.files(this.#folder);
      return files.filter((file) => !this.#options.isOurs(kernelNameOf(file)));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
      const reason = (cause as Error).message;
      throw new PlaceError(
        'PLACE_UNFIT',
        `${this.#folder} cannot be read: ${reason}.`,
        'Correct the folder.',
        {},
        { cause },
      );
    }
  }

  async #fileOf(kernelspec: Kernelspec): Promise<string> {
    const { connectionFile } = this.#options.settings;
    if (connectionFile !== undefined) return this.#resolve(connectionFile);
    const name = nameAtPlace(kernelspec);
    const file = (await this.#files()).find((one) => kernelNameOf(one) === name);
    if (file === undefined) throw gone(`kernel-${name}.json`);
    return file;
  }
}

function gone(file: string): PlaceError {
  return new PlaceError(
    'PLACE_UNREACHABLE',
    `No kernel answers where ${file} says: it has ended.`,
    'Choose a kernel that runs.',
  );
}
