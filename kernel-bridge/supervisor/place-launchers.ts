import { type DetachableKernel, KernelError, type KernelListener, type LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import type { AdoptingLauncher, LeftKernel } from './adopting-launcher.ts';
import { readKernelFolders } from './kernel-folders.ts';

export interface PlaceLauncherOptions {
  readonly log: KernelLog;
  /** Absolute; each kernel has a folder `<id>` in it. */
  readonly folder: string;
}

/** Loads what makes the launcher of one kind: an idle supervisor has only what it needs in memory. */
export type LoadLauncher = () => Promise<(options: PlaceLauncherOptions) => AdoptingLauncher>;

/** Sends each kernel to the launcher of its target's kind; those without a target run on this machine. */
export class PlaceLaunchers implements AdoptingLauncher {
  readonly #options: PlaceLauncherOptions;
  readonly #local: AdoptingLauncher;
  readonly #loaders: Readonly<Record<string, LoadLauncher>>;
  readonly #launchers = new Map<string, Promise<AdoptingLauncher>>();
  #isClosing = false;

  /** @param loaders by `kind` of target */
  constructor(
    options: PlaceLauncherOptions,
    local: AdoptingLauncher,
    loaders: Readonly<Record<string, LoadLauncher>>,
  ) {
    this.#options = options;
    this.#local = local;
    this.#loaders = loaders;
  }

  async launch(request: LaunchRequest, listener: KernelListener): Promise<DetachableKernel> {
    const launcher = await this.#launcherOf(request);
    return launcher.launch(request, listener);
  }

  async records(): Promise<readonly LeftKernel[]> {
    const { folder, log } = this.#options;
    // What was asked for tells which kinds there are; a damaged one is told to the log by whoever reads them all.
    const left = readKernelFolders(folder, { ...log, warn: () => undefined });
    const kinds = new Set(left.flatMap(({ launch, isOver }) => (isOver ? [] : (launch.target?.kind ?? []))));
    const elsewhere = await Promise.all(
      [...kinds].map(async (kind) => {
        try {
          return await (await this.#load(kind)).records();
        } catch (error) {
          log.warn(
            { kind, reason: (error as Error).message },
            'kernels of one kind of place cannot be found again',
          );
          return [];
        }
      }),
    );
    return [...(await this.#local.records()), ...elsewhere.flat()];
  }

  async adopt(left: LeftKernel, listener: KernelListener, silentFrom: Date): Promise<DetachableKernel> {
    const launcher = await this.#launcherOf(left.request);
    return launcher.adopt(left, listener, silentFrom);
  }

  detach(): Promise<void> {
    return this.#end((launcher) => launcher.detach());
  }

  close(): Promise<void> {
    return this.#end((launcher) => launcher.close());
  }

  async #end(how: (launcher: AdoptingLauncher) => Promise<void>): Promise<void> {
    this.#isClosing = true;
    const loaded = await Promise.allSettled(this.#launchers.values());
    const launchers = loaded.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.all([this.#local, ...launchers].map(how));
  }

  #launcherOf({ target }: LaunchRequest): AdoptingLauncher | Promise<AdoptingLauncher> {
    return target === undefined ? this.#local : this.#load(target.kind);
  }

  #load(kind: string): Promise<AdoptingLauncher> {
    const known = this.#launchers.get(kind);
    if (known !== undefined) return known;
    const load = Object.hasOwn(this.#loaders, kind) ? this.#loaders[kind] : undefined;
    if (load === undefined || this.#isClosing)
      return Promise.reject(
        new KernelError(
          'KERNEL_LAUNCH_FAILED',
          this.#isClosing
            ? 'the server is ending and starts no kernels'
            : `nothing here starts kernels of kind ${kind}`,
        ),
      );
    const launcher = load().then((make) => make(this.#options));
    this.#launchers.set(kind, launcher);
    // One that could not be loaded is tried again.
    launcher.catch(() => this.#launchers.delete(kind));
    return launcher;
  }
}
