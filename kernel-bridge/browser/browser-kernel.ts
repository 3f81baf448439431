import { KernelError, type KernelLifecycleEvent, type LaunchRequest } from '../kernel.ts';
import type { LaunchAsker } from '../places/launch-asker.ts';
import type { KernelMessage } from '../protocol/message.ts';
import type { SupervisedKernel, SupervisedKernelListener } from '../supervisor/kernel-supervisor.ts';
import type { BrowserHost } from './browser-host.ts';

/**
 * Where a kernel runs now; its host there counts what it says from 1, behind `offset` of all that it ever said. Where it was
 * moved there, its last position before that is a gap: what another page had not handed over is given up.
 */
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

/** Says in a launch behind which position its host begins to count, and since when the page before was not heard. */
const TARGET = 'browser';
const MOVED =
  'The page that ran it was not connected when the kernel was restarted in another one: what it had not handed over is given up.';

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
  /** What the page that ran it says while another one is asked to run it: heard only if that one does not. */
  #heldBack: (() => void)[] | null = null;

  /** @throws KernelError, PlaceError as the host's supervisor does */
  static async launch(
    host: BrowserHost,
    request: LaunchRequest,
    listener: SupervisedKernelListener,
    options: BrowserKernelOptions,
  ): Promise<BrowserKernel> {
    const kernel = new BrowserKernel(request.kernelId, 0, listener, options);
    await kernel.#launchAt(host, request, null);
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
    const { after: offset, silentFrom } = originOf(request);
    let held: Held | null = null;
    const heard = kernel.#listenerAt(offset, (hear) => (held === null ? hear() : kernel.#pass(held, hear)));
    // The server that moved it had ended before this was recorded.
    if (after < offset && silentFrom !== null) heard.lifecycle(gapSince(silentFrom), 0);
    const adopted = host.supervisor.adopt(kernelId, Math.max(0, after - offset), heard);
    held = { host, kernel: adopted, offset };
    kernel.#held = held;
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
    const heldBack: (() => void)[] = [];
    this.#heldBack = heldBack;
    try {
      const silentFrom = new Date(before.host.lastSeen).toISOString();
      await this.#launchAt(host, { ...request, sessionPath: path }, silentFrom);
    } catch (error) {
      this.#heldBack = null;
      for (const hear of heldBack) hear();
      throw error;
    }
    // Should its page come again after all, what is left of it there is ended; that it says more is nobody's here.
    await before.kernel.shutdown({ now: true });
  }

  /** @param silentFrom since when the page that ran it before was not heard; null where it runs nowhere yet */
  async #launchAt(host: BrowserHost, request: LaunchRequest, silentFrom: string | null): Promise<void> {
    const offset = silentFrom === null ? this.#heard : this.#heard + 1;
    let held: Held | null = null;
    // Nothing of this page comes before the gap, nor where it does not run it after all.
    const early: (() => void)[] = [];
    const listener = this.#listenerAt(offset, (hear) => {
      if (held === null) early.push(hear);
      else this.#pass(held, hear);
    });
    const target = { kind: TARGET, after: offset, ...(silentFrom !== null && { silentFrom }) };
    const kernel = await host.supervisor.launch({ ...request, target }, listener);
    held = { host, kernel, offset };
    this.#held = held;
    this.#heldBack = null;
    if (silentFrom !== null) listener.lifecycle(gapSince(silentFrom), 0);
    for (const hear of early) hear();
  }

  #listenerAt(offset: number, pass: (hear: () => void) => void): SupervisedKernelListener {
    const heard = (position: number | null): number | null => {
      if (position === null) return null;
      this.#heard = offset + position;
      return this.#heard;
    };
    return {
      message: (message, position) =>
        pass(() => {
          this.#heard = offset + position;
          this.#listener.message(message, this.#heard);
        }),
      lifecycle: (event, position) => pass(() => this.#listener.lifecycle(event, heard(position))),
      refused: (message, error) => pass(() => this.#listener.refused(message, error)),
    };
  }

  /** Nothing, once it was moved away from there. */
  #pass(held: Held, hear: () => void): void {
    if (held !== this.#held) return;
    if (this.#heldBack === null) hear();
    else this.#heldBack.push(hear);
  }

  get #kernel(): SupervisedKernel {
    return this.#running.kernel;
  }

  get #running(): Held {
    if (this.#held === null) throw new KernelError('KERNEL_DEAD', 'the kernel has not started');
    return this.#held;
  }
}

/** Behind which position of all that it ever said its page counts; 0 for the page that started it. */
export function movedAfter(request: LaunchRequest): number {
  return originOf(request).after;
}

function originOf({ target }: LaunchRequest): { readonly after: number; readonly silentFrom: string | null } {
  const { after, silentFrom }: Record<string, unknown> = target?.kind === TARGET ? target : {};
  return {
    after: typeof after === 'number' && Number.isSafeInteger(after) && after > 0 ? after : 0,
    silentFrom: typeof silentFrom === 'string' ? silentFrom : null,
  };
}

function gapSince(silentFrom: string): KernelLifecycleEvent {
  const silentUntil = new Date().toISOString();
  return { kind: 'reattached', silentFrom, silentUntil, why: MOVED, startsAnew: true };
}
