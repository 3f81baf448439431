import type { LaunchRequest } from '../../kernel-bridge/kernel.ts';
import type {
  KernelSupervisor,
  SupervisedKernel,
  SupervisedKernelListener,
} from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { KernelClient } from './kernel-client.ts';

/** A client of one supervised kernel that records what it hears at once, and notes the positions. */
export class SupervisedClient extends KernelClient {
  readonly positions: number[] = [];
  readonly refusals: string[] = [];
  #supervised: SupervisedKernel | null = null;

  /** The last that it heard. */
  get position(): number {
    return this.positions.at(-1) ?? 0;
  }

  async launch(supervisor: KernelSupervisor, request: LaunchRequest): Promise<SupervisedKernel> {
    return this.#take(await supervisor.launch(request, this.#supervisedListener));
  }

  adopt(supervisor: KernelSupervisor, kernelId: string, after: number): SupervisedKernel {
    return this.#take(supervisor.adopt(kernelId, after, this.#supervisedListener));
  }

  #take(kernel: SupervisedKernel): SupervisedKernel {
    this.#supervised = kernel;
    this.attach(kernel);
    if (this.positions.length > 0) kernel.acknowledge(this.position);
    return kernel;
  }

  get #supervisedListener(): SupervisedKernelListener {
    const heard = (position: number): void => {
      this.positions.push(position);
      this.#supervised?.acknowledge(position);
    };
    return {
      message: (message, position) => {
        this.listener.message(message);
        heard(position);
      },
      lifecycle: (event, position) => {
        this.listener.lifecycle(event);
        if (position !== null) heard(position);
      },
      refused: (_message, error) => this.refusals.push(error.code),
    };
  }
}
