import { KernelError, type KernelLifecycleEvent, type LaunchRequest } from '../kernel.ts';
import type { KernelMessage } from '../protocol/message.ts';
import type { SupervisedKernel, SupervisedKernelListener } from '../supervisor/kernel-supervisor.ts';
import type { LinkedKernel } from '../supervisor/linked-kernel.ts';

/** What a kernel elsewhere asks of the supervisor that has it. */
export interface FarKernelHost {
  readonly isReached: boolean;
  /** Waits a little for a way that broke a moment ago. @throws KernelError KERNEL_SUPERVISOR_LOST */
  untilReached(): Promise<void>;
  /** It is over, and all that it said is recorded. */
  done(kernelId: string): void;
  /** To be ended as soon as it can be reached. */
  endLater(kernelId: string): void;
}

/** A kernel of a supervisor elsewhere. What it is sent while that cannot be reached waits; what it is asked fails. */
export class FarKernel implements SupervisedKernel {
  readonly id: string;
  readonly request: LaunchRequest;
  readonly connectionFile = null;
  readonly pid = null;
  readonly #host: FarKernelHost;
  readonly #listener: SupervisedKernelListener;
  #linked: LinkedKernel | null = null;
  #isOver = false;
  #isDone = false;
  /** The last position that is recorded, and the last that was heard. */
  #acknowledged: number;
  #heard: number;

  constructor(
    host: FarKernelHost,
    request: LaunchRequest,
    after: number,
    listener: SupervisedKernelListener,
  ) {
    this.id = request.kernelId;
    this.request = request;
    this.#host = host;
    this.#acknowledged = after;
    this.#heard = after;
    this.#listener = listener;
  }

  /** What the connection calls. */
  get listener(): SupervisedKernelListener {
    return {
      message: (message, position) => {
        this.#heard = position;
        this.#listener.message(message, position);
      },
      lifecycle: (event, position) => {
        this.#heard = position ?? this.#heard;
        if (event.kind === 'gave-up') this.#isOver = true;
        // A number of another machine's process names some other process here.
        const ours = event.kind === 'autorestarted' ? { ...event, pid: null } : event;
        this.#listener.lifecycle(ours, position);
      },
      refused: (message, error) => this.#listener.refused(message, error),
    };
  }

  link(linked: LinkedKernel): this {
    this.#linked = linked;
    return this;
  }

  get specName(): string {
    return this.request.kernelspec.name;
  }

  /** Tells whoever listens what the supervisor itself cannot. */
  tell(event: KernelLifecycleEvent): void {
    if (!this.#isOver) this.#listener.lifecycle(event, null);
  }

  /** @param why for people */
  lost(why: string): void {
    this.#linked?.lost(why);
  }

  async ready(): Promise<Readonly<Record<string, unknown>>> {
    return this.#running().ready();
  }

  send(message: KernelMessage): void {
    this.#running().send(message);
  }

  async interrupt(): Promise<void> {
    if (!this.#host.isReached) await this.#host.untilReached();
    await this.#running().interrupt();
  }

  async restart(options: { readonly sessionPath?: string | null } = {}): Promise<void> {
    if (!this.#host.isReached) await this.#host.untilReached();
    await this.#running().restart(options);
  }

  async shutdown(options: { readonly now?: boolean } = {}): Promise<void> {
    // Why it cannot be reached is no reason to keep what nobody wants any more.
    if (options.now !== true && !this.#host.isReached) await this.#host.untilReached().catch(() => undefined);
    try {
      if (this.#host.isReached) await this.#linked?.shutdown(options);
      else this.#host.endLater(this.id);
    } catch (error) {
      if (!(error instanceof KernelError) || error.code !== 'KERNEL_SUPERVISOR_LOST') throw error;
      this.#host.endLater(this.id);
    }
    this.#isOver = true;
    this.#tellIfDone();
  }

  async handedOver(): Promise<readonly string[] | null> {
    const { isOver = true } = this.#linked ?? {};
    const messageIds: unknown = isOver ? null : await this.#running().handedOver();
    return Array.isArray(messageIds) ? messageIds.filter((id) => typeof id === 'string') : null;
  }

  acknowledge(position: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, position);
    this.#linked?.acknowledge(position);
    this.#tellIfDone();
  }

  #tellIfDone(): void {
    if (this.#isDone || !this.#isOver || this.#acknowledged < this.#heard) return;
    this.#isDone = true;
    this.#linked?.flushAcknowledgement();
    this.#host.done(this.id);
  }

  #running(): LinkedKernel {
    if (this.#linked === null || this.#isOver) throw new KernelError('KERNEL_DEAD', 'the kernel is dead');
    return this.#linked;
  }
}
