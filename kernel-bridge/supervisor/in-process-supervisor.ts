import type { Kernel, Launcher, LaunchRequest } from '../kernel.ts';
import { LocalTerminals } from '../terminals/local-terminals.ts';
import type { KernelSupervisor, SupervisedKernel, SupervisedKernelListener } from './kernel-supervisor.ts';

/** Kernels and terminals that end with this process: there is nobody to hand them to, and so nothing to keep of what they say. */
export class InProcessSupervisor implements KernelSupervisor {
  readonly found = [];
  readonly terminals = new LocalTerminals();
  readonly #launcher: Launcher;

  constructor(launcher: Launcher) {
    this.#launcher = launcher;
  }

  async launch(request: LaunchRequest, listener: SupervisedKernelListener): Promise<SupervisedKernel> {
    let position = 0;
    const kernel = await this.#launcher.launch(request, {
      message: (message) => listener.message(message, (position += 1)),
      lifecycle: (event) => listener.lifecycle(event, (position += 1)),
    });
    return supervised(kernel, request);
  }

  adopt(kernelId: string): SupervisedKernel {
    throw new Error(`kernel ${kernelId} was not found here`);
  }

  async close(): Promise<void> {
    await Promise.all([this.#launcher.close(), this.terminals.close()]);
  }

  end(): Promise<void> {
    return this.close();
  }
}

function supervised(kernel: Kernel, request: LaunchRequest): SupervisedKernel {
  return {
    id: kernel.id,
    specName: kernel.specName,
    connectionFile: kernel.connectionFile,
    request,
    get pid() {
      return kernel.pid;
    },
    ready: () => kernel.ready(),
    send: (message) => kernel.send(message),
    interrupt: () => kernel.interrupt(),
    restart: (options) => kernel.restart(options),
    shutdown: (options) => kernel.shutdown(options),
    acknowledge: () => undefined,
    handedOver: () => Promise.resolve([]),
  };
}
