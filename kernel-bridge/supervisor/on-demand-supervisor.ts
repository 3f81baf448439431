import { KernelError, type LaunchRequest } from '../kernel.ts';
import type { HostedTerminal, TerminalHost, TerminalRequest } from '../terminals/terminal-host.ts';
import { TerminalError } from '../terminals/terminal-host.ts';
import type { KernelUsage } from '../places/kernel-usage.ts';
import {
  connectSupervisor,
  type ConnectOptions,
  isSupervisorThere,
  leftKernels,
} from './connect-supervisor.ts';
import type {
  FoundKernel,
  KernelSupervisor,
  SupervisedKernel,
  SupervisedKernelListener,
} from './kernel-supervisor.ts';
import type { SupervisorClient } from './supervisor-client.ts';

/**
 * The supervisor of a state directory, which is started for the first kernel or terminal unless it runs, or left kernels
 * behind.
 */
export class OnDemandSupervisor implements KernelSupervisor {
  readonly terminals: TerminalHost = {
    list: () => this.#connected?.terminals.list() ?? [],
    open: (request) => this.#openTerminal(request),
  };
  readonly #options: ConnectOptions;
  #connected: SupervisorClient | null = null;
  #connecting: Promise<SupervisorClient> | null = null;
  #isClosed = false;

  /** Where it runs and cannot be reached, kernels are started in vain, which says why, and the others are not found. */
  static async open(options: ConnectOptions): Promise<OnDemandSupervisor> {
    const supervisor = new OnDemandSupervisor(options);
    try {
      if (leftKernels(options) || (await isSupervisorThere(options))) await supervisor.#connect();
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      options.log.warn({ reason: error.message }, 'the kernels that run cannot be reached');
    }
    return supervisor;
  }

  private constructor(options: ConnectOptions) {
    this.#options = options;
  }

  get found(): readonly FoundKernel[] {
    return this.#connected?.found ?? [];
  }

  async launch(request: LaunchRequest, listener: SupervisedKernelListener): Promise<SupervisedKernel> {
    if (this.#isClosed)
      throw new KernelError('KERNEL_LAUNCH_FAILED', 'the server is ending and starts no kernels');
    return (await this.#connect()).launch(request, listener);
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    if (this.#connected === null) throw new TypeError(`kernel ${kernelId} was not found`);
    return this.#connected.adopt(kernelId, after, listener);
  }

  async usage(): Promise<ReadonlyMap<string, KernelUsage>> {
    return (await this.#connected?.usage()) ?? new Map();
  }

  async close(): Promise<void> {
    await (await this.#leave())?.close();
  }

  async end(): Promise<void> {
    await (await this.#leave())?.end();
  }

  async #openTerminal(request: TerminalRequest): Promise<HostedTerminal> {
    const supervisor = await this.#connect().catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TerminalError('TERMINAL_HOST_LOST', reason, { cause });
    });
    return supervisor.terminals.open(request);
  }

  async #leave(): Promise<SupervisorClient | null> {
    this.#isClosed = true;
    // Whoever asked for it was told, if it failed.
    await this.#connecting?.catch(() => undefined);
    return this.#connected;
  }

  /** One that fails is tried again for the next kernel. */
  #connect(): Promise<SupervisorClient> {
    this.#connecting ??= connectSupervisor(this.#options).then(
      (supervisor) => (this.#connected = supervisor),
      (error: unknown) => {
        this.#connecting = null;
        throw error;
      },
    );
    return this.#connecting;
  }
}
