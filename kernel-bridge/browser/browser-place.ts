import type { LaunchRequest } from '../kernel.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import { answeredInTime } from '../places/answered-in-time.ts';
import type { LaunchAsker } from '../places/launch-asker.ts';
import type { PlaceCapabilities } from '../places/place-capabilities.ts';
import { PlaceError } from '../places/place-error.ts';
import type { Place } from '../places/place.ts';
import type {
  FoundKernel,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../supervisor/kernel-supervisor.ts';
import type { BrowserHost, BrowserHosts } from './browser-host.ts';
import { BrowserKernel, type BrowserKernelOptions, movedAfter } from './browser-kernel.ts';
import { BROWSER_KERNELSPECS } from './browser-kernelspecs.ts';
import { chooseHost } from './choose-host.ts';

/** For a page that has just connected to be greeted, in milliseconds. */
const PATIENCE = 10_000;

/**
 * The pages that run kernels themselves, of whomever. What a kernel says while its page cannot be reached is kept in that
 * browser; no process can be stopped there, and no limits are watched.
 */
export class BrowserPlace implements Place {
  readonly capabilities: PlaceCapabilities = { resume: true, limits: false, restart: true, pause: false };
  readonly #hosts: BrowserHosts;
  readonly #options: BrowserKernelOptions;

  /** @param deps.pathOf the notebook's name for people and pages: the path of its API */
  constructor(deps: { readonly hosts: BrowserHosts; pathOf(sessionPath: string): string | null }) {
    this.#hosts = deps.hosts;
    this.#options = {
      moveTo: (asker, from) => this.#moveTo(asker, from),
      pathOf: (sessionPath) => (sessionPath === null ? null : deps.pathOf(sessionPath)),
    };
  }

  kernelspecs(): Promise<readonly Kernelspec[]> {
    return Promise.resolve(BROWSER_KERNELSPECS);
  }

  check(step: (text: string) => void): Promise<void> {
    const there = this.#hosts.all().filter(({ isThere }) => isThere).length;
    step(`Counts the pages that are connected to run kernels: ${there}. Others connect when they need to`);
    return Promise.resolve();
  }

  resourceForm(): Promise<null> {
    return Promise.resolve(null);
  }

  async launch(
    request: LaunchRequest,
    _resources: Readonly<Record<string, string>>,
    listener: SupervisedKernelListener,
    asker: LaunchAsker,
  ): Promise<SupervisedKernel> {
    const sessionPath = this.#options.pathOf(request.sessionPath);
    const host = chooseHost(this.#hosts.all(), asker, sessionPath);
    await answeredInTime(host.supervisor.reach(), PATIENCE, silent);
    return BrowserKernel.launch(host, { ...request, sessionPath }, listener, this.#options);
  }

  get found(): readonly FoundKernel[] {
    // Each once: the place that has it last.
    return [...new Map(this.#foundThere().map(({ found }) => [found.request.kernelId, found])).values()];
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    const there = this.#foundThere().filter(({ found }) => found.request.kernelId === kernelId);
    const last = there.at(-1);
    if (last === undefined) throw new TypeError(`kernel ${kernelId} was not found`);
    for (const { host } of there) if (host !== last.host) host.supervisor.endLater(kernelId);
    return BrowserKernel.adopt(last.host, last.found.request, after, listener, this.#options);
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.all().map(({ supervisor }) => supervisor.close()));
  }

  async end(): Promise<void> {
    await Promise.all(this.#hosts.all().map(({ supervisor }) => supervisor.end()));
  }

  /** In the order in which they were moved there: a server may have ended before it let go of one that it had moved. */
  #foundThere(): readonly { readonly host: BrowserHost; readonly found: FoundKernel }[] {
    return this.#hosts
      .all()
      .flatMap((host) => host.supervisor.found.map((found) => ({ host, found })))
      .sort((one, other) => movedAfter(one.found.request) - movedAfter(other.found.request));
  }

  /** A page that is only cut off for a moment keeps its kernel, unless another one is named. */
  #moveTo(asker: LaunchAsker, from: BrowserHost): BrowserHost | null {
    const isGone = asker.host === null ? from.supervisor.reachState.state === 'away' : asker.host !== from.id;
    if (!isGone || asker.person !== from.person) return null;
    try {
      return chooseHost(this.#hosts.all(), asker, null);
    } catch (error) {
      if (error instanceof PlaceError) return null;
      throw error;
    }
  }
}

function silent(): PlaceError {
  return new PlaceError(
    'PLACE_AWAY',
    'The page that was to run this kernel does not answer.',
    'Reload the page and try again.',
  );
}
