import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { Kernel, KernelListener, Launcher, LaunchRequest } from '../../kernel-bridge/kernel.ts';
import { MemoryKernel } from './memory-kernel.ts';

/** Launches kernels that have no process. */
export class MemoryLauncher implements Launcher {
  /** All that were launched, in order. */
  readonly kernels: MemoryKernel[] = [];
  /** Fails the next launch. */
  failure: KernelError | null = null;
  /** Delays launches, as slow disks and programs do. */
  launching: Promise<void> = Promise.resolve();
  readonly #running = new Set<MemoryKernel>();
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

  async launch(request: LaunchRequest, listener: KernelListener): Promise<Kernel> {
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

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#running].map((kernel) => kernel.shutdown()));
  }
}
