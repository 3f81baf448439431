import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';
import { KernelLife } from '../../../../kernel-bridge/hosted/link/kernel-life.ts';
import type { StartKernel } from '../../../../kernel-bridge/hosted/link/kernel-process.ts';
import type { BrowserKernelKind, HostedKernelState } from '../browser-runtime.ts';
import { pageMessage } from './page-message.ts';

export interface PrivateKernelListener {
  message(message: HostedMessage): void;
  stateChanged(state: HostedKernelState): void;
}

/** A kernel of this page that the server knows nothing of, from its start to its end, through deaths and restarts. */
export class PrivateKernel {
  readonly #id: string;
  readonly #kind: BrowserKernelKind;
  readonly #start: StartKernel;
  readonly #listener: PrivateKernelListener;
  #life: KernelLife;
  #isOver = false;

  constructor(id: string, kind: BrowserKernelKind, start: StartKernel, listener: PrivateKernelListener) {
    this.#id = id;
    this.#kind = kind;
    this.#start = start;
    this.#listener = listener;
    this.#life = this.#begin();
  }

  /** @throws HostedError KERNEL_DEAD, KERNEL_OVERLOADED, KERNEL_MESSAGE_INVALID */
  send(message: HostedMessage): void {
    this.#life.send(message);
  }

  async interrupt(): Promise<void> {
    if (!this.#isOver) await this.#life.interrupt();
  }

  /** Also one that is over. */
  async restart(): Promise<void> {
    if (this.#isOver) {
      this.#isOver = false;
      this.#life = this.#begin();
      return;
    }
    this.#listener.stateChanged({ kind: 'loading', text: 'Starting', done: null });
    await this.#life.restart();
  }

  /** @param why for people */
  end(why: string): void {
    this.#life.end(why);
  }

  #begin(): KernelLife {
    this.#listener.stateChanged({ kind: 'loading', text: 'Starting', done: null });
    const launch = {
      ...{ kernelId: this.#id, kernelspecName: `browser.${this.#kind}`, language: this.#kind },
      ...{ metadata: {}, sessionPath: null, environment: {}, memory: null },
    };
    return new KernelLife(launch, this.#start, {
      message: (message) => this.#listener.message(message),
      became: ({ kind }) => {
        if (kind === 'autorestarted') this.#startedAnew();
      },
      state: (state) => {
        this.#isOver = state.kind === 'ended';
        this.#listener.stateChanged(state);
      },
    });
  }

  /** As a server tells it: whoever waits for answers of the process before waits no more. */
  #startedAnew(): void {
    this.#listener.message(pageMessage('iopub', 'status', { execution_state: 'autorestarting' }, '{}'));
    this.#listener.stateChanged({ kind: 'loading', text: 'Starting anew', done: null });
  }
}
