import { KernelError, type LaunchRequest } from '../kernel.ts';
import type { LaunchAsker } from '../places/launch-asker.ts';
import type { KernelMessage } from '../protocol/message.ts';
import type { SupervisedKernel, SupervisedKernelListener } from '../supervisor/kernel-supervisor.ts';
import type { BrowserHost } from './browser-host.ts';

/** Where a kernel runs now; its host there counts what it says from 1, behind `offset` of all that it ever said. */
interface Held {
  readonly host: BrowserHost;
  readonly kernel: SupervisedKernel;
  readonly offset: number;
}

export interface BrowserKernelOptions {
  /** Which page a restart moves it to, where its own is gone; null: to none. */
  moveTo(asker: LaunchAsker, from: BrowserHost): BrowserHost | null;
  /** As the host calls the notebook. */
  pathOf(sessionPath: string | null): string | null;
}

/** Says in a launch behind which position its host begins to count. */
const TARGET = 'browser';

/** A kernel in somebody's browser. A restart may move it to another page, under the same id. */
export class BrowserKernel implements SupervisedKernel {
  readonly id: string;
  readonly pid = null;
  readonly connectionFile = null;
  readonly #options: BrowserKernelOptions;
  readonly #listener: SupervisedKernelListener;
  #held: Held | null = null;
  /** The last position that the listener heard. */
  #heard: number;

  /** @throws KernelError, PlaceError as the host's supervisor does */
  static async launch(
    host: BrowserHost,
    request: LaunchRequest,
    listener: SupervisedKernelListener,
    options: BrowserKernelOptions,
  ): Promise<BrowserKernel> {
    const kernel = new BrowserKernel(request.kernelId, 0, listener, options);
    await kernel.#launchAt(host, request);
    return kernel;
  }

  static adopt(
    host: BrowserHost,
    request: LaunchRequest,
    after: number,
    listener: SupervisedKernelListener,
    options: BrowserKernelOptions,
  ): BrowserKernel {
    const { kernelId } = request;
    const kernel = new BrowserKernel(kernelId, after, listener, options);
    const offset = offsetOf(request);
    const heard = kernel.#listenerAt(offset, () => true);
    const adopted = host.supervisor.adopt(kernelId, Math.max(0, after - offset), heard);
    kernel.#held = { host, kernel: adopted, offset };
    return kernel;
  }

  private constructor(
    id: string,
    after: number,
    listener: SupervisedKernelListener,
    options: BrowserKernelOptions,
  ) {
    this.id = id;
    this.#heard = after;
    this.#listener = listener;
    this.#options = options;
  }

  get request(): LaunchRequest {
    return this.#kernel.request;
  }

  get askerThere(): string | null {
    const { host } = this.#running;
    return host.refusal === null ? host.person : null;
  }

  get specName(): string {
    return this.#kernel.specName;
  }

  ready(): Promise<Readonly<Record<string, unknown>>> {
    return this.#kernel.ready();
  }

  send(message: KernelMessage): void {
    this.#kernel.send(message);
  }

  interrupt(): Promise<void> {
    return this.#kernel.interrupt();
  }

  async restart({
    sessionPath,
    asker,
  }: { readonly sessionPath?: string | null; readonly asker?: LaunchAsker } = {}): Promise<void> {
    const { host } = this.#running;
    const other = asker === undefined || host.supervisor.isReached ? null : this.#options.moveTo(asker, host);
    if (other !== null) return this.#move(other, sessionPath);
    const path = sessionPath === undefined ? {} : { sessionPath: this.#options.pathOf(sessionPath) };
    try {
      await this.#kernel.restart(path);
    } catch (error) {
      if (!(error instanceof KernelError) || error.code !== 'KERNEL_SUPERVISOR_LOST') throw error;
      throw new KernelError(
        'KERNEL_LAUNCH_FAILED',
        'the tab that runs it is not connected. Restart it in a page of the same person that can run it, or shut it down',
        { cause: error },
      );
    }
  }

  shutdown(options?: { readonly now?: boolean }): Promise<void> {
    return this.#kernel.shutdown(options);
  }

  handedOver(): Promise<readonly string[] | null> {
    return this.#kernel.handedOver();
  }

  acknowledge(position: number): void {
    const { kernel, offset } = this.#running;
    if (position > offset) kernel.acknowledge(position - offset);
  }

  async #move(host: BrowserHost, sessionPath: string | null | undefined): Promise<void> {
    const before = this.#running;
    const { request } = before.kernel;
    const path = sessionPath === undefined ? request.sessionPath : this.#options.pathOf(sessionPath);
    await this.#launchAt(host, { ...request, sessionPath: path });
    // Should its page come again after all, what is left of it there is ended; that it says more is nobody's here.
    await before.kernel.shutdown({ now: true });
  }

  async #launchAt(host: BrowserHost, request: LaunchRequest): Promise<void> {
    const offset = this.#heard;
    let held: Held | null = null;
    const isHeld = (): boolean => held === null || held === this.#held;
    const target = { kind: TARGET, after: offset };
    const kernel = await host.supervisor.launch({ ...request, target }, this.#listenerAt(offset, isHeld));
    held = { host, kernel, offset };
    this.#held = held;
  }

  /** @param isHeld false once it was moved away from there */
  #listenerAt(offset: number, isHeld: () => boolean): SupervisedKernelListener {
    return {
      message: (message, position) => {
        if (!isHeld()) return;
        this.#heard = offset + position;
        this.#listener.message(message, offset + position);
      },
      lifecycle: (event, position) => {
        if (!isHeld()) return;
        this.#heard = position === null ? this.#heard : offset + position;
        this.#listener.lifecycle(event, position === null ? null : offset + position);
      },
      refused: (message, error) => {
        if (isHeld()) this.#listener.refused(message, error);
      },
    };
  }

  get #kernel(): SupervisedKernel {
    return this.#running.kernel;
  }

  get #running(): Held {
    if (this.#held === null) throw new KernelError('KERNEL_DEAD', 'the kernel has not started');
    return this.#held;
  }
}

function offsetOf({ target }: LaunchRequest): number {
  const after = target?.kind === TARGET ? target['after'] : 0;
  return typeof after === 'number' && Number.isSafeInteger(after) && after > 0 ? after : 0;
}
