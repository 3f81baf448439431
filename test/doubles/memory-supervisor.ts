import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { LaunchRequest } from '../../kernel-bridge/kernel.ts';
import type {
  FoundKernel,
  KernelSupervisor,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { MemoryKernel } from './memory-kernel.ts';

/** Holds kernels that have no process, and keeps what they said until it is acknowledged. */
export class MemorySupervisor implements KernelSupervisor {
  /** All that were launched, in order. */
  readonly kernels: MemoryKernel[] = [];
  /** Fails the next launch. */
  failure: KernelError | null = null;
  /** Delays launches, as slow disks and programs do. */
  launching: Promise<void> = Promise.resolve();
  hasEnded = false;
  readonly #running = new Set<MemoryKernel>();
  #found: MemoryKernel[] = [];
  #closed = false;

  /** The one launched last. */
  get last(): MemoryKernel {
    const kernel = this.kernels.at(-1);
    if (kernel === undefined) throw new Error('no kernel was launched');
    return kernel;
  }

  get running(): number {
    return this.#running.size;
  }

  get found(): readonly FoundKernel[] {
    return this.#found.map(({ request, pid, isOver }) => ({ request, pid, isOver }));
  }

  /** As the next server finds it. What the server before still hears is nothing. */
  foundAgain(): MemorySupervisor {
    const next = new MemorySupervisor();
    next.kernels.push(...this.kernels);
    for (const kernel of this.kernels) {
      kernel.listener = null;
      if (kernel.isOver && kernel.unacknowledged === 0) continue;
      next.#found.push(kernel);
      if (!kernel.isOver) next.#running.add(kernel);
      kernel.onOver = () => next.#running.delete(kernel);
    }
    return next;
  }

  async launch(request: LaunchRequest, listener: SupervisedKernelListener): Promise<SupervisedKernel> {
    await this.launching;
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    if (this.#closed) throw new KernelError('KERNEL_LAUNCH_FAILED', 'the server is ending');
    const kernel: MemoryKernel = new MemoryKernel(request, listener, () => this.#running.delete(kernel));
    this.kernels.push(kernel);
    this.#running.add(kernel);
    return kernel;
  }

  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel {
    const kernel = this.#found.find(({ id }) => id === kernelId);
    if (kernel === undefined) throw new Error(`kernel ${kernelId} was not found`);
    this.#found = this.#found.filter((each) => each !== kernel);
    kernel.hearAgain(after, listener);
    return kernel;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- only the interface waits
  async close(): Promise<void> {
    this.#closed = true;
    for (const kernel of this.kernels) kernel.listener = null;
  }

  async end(): Promise<void> {
    this.#closed = true;
    this.hasEnded = true;
    await Promise.all([...this.#running].map((kernel) => kernel.shutdown()));
  }
}
