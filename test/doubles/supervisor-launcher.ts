import {
  KernelError,
  type Kernel,
  type KernelListener,
  type Launcher,
  type LaunchRequest,
} from '../../kernel-bridge/kernel.ts';
import type { KernelSupervisor, SupervisedKernel } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';

/** A supervisor as a launcher, for a listener that has recorded what it hears as soon as it hears it. */
export class SupervisorLauncher implements Launcher {
  readonly #supervisor: KernelSupervisor;
  /** How far each kernel was heard. */
  readonly #positions = new Map<string, number>();
  #closing: Promise<void> | null = null;

  constructor(supervisor: KernelSupervisor) {
    this.#supervisor = supervisor;
  }

  async launch(request: LaunchRequest, listener: KernelListener): Promise<Kernel> {
    if (this.#closing !== null) throw new KernelError('KERNEL_LAUNCH_FAILED', 'it ended');
    const launched: { kernel?: SupervisedKernel } = {};
    launched.kernel = await this.#supervisor.launch(request, {
      message: (message, position) => {
        listener.message(message);
        this.#positions.set(request.kernelId, position);
        launched.kernel?.acknowledge(position);
      },
      lifecycle: (event, position) => {
        listener.lifecycle(event);
        if (position === null) return;
        this.#positions.set(request.kernelId, position);
        launched.kernel?.acknowledge(position);
      },
      refused: (_message, error) => {
        throw error;
      },
    });
    return launched.kernel;
  }

  /** What a server would have recorded of a kernel that was launched here. */
  heardOf(kernelId: string): number {
    return this.#positions.get(kernelId) ?? 0;
  }

  /** Takes over a kernel that the supervisor held when it was connected to, behind that position of what it said. */
  adopt(kernelId: string, listener: KernelListener, after = 0): Kernel {
    return this.#supervisor.adopt(kernelId, after, {
      message: (message) => listener.message(message),
      lifecycle: (event) => listener.lifecycle(event),
      refused: (_message, error) => {
        throw error;
      },
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#supervisor.end();
    return this.#closing;
  }
}
