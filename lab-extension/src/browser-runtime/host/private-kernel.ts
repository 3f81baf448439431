import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';
import type { KernelSays } from '../../../../kernel-bridge/hosted/host-protocol.ts';
import type { KernelProcess, StartKernel } from '../../../../kernel-bridge/hosted/link/kernel-process.ts';
import type { BrowserKernelKind, HostedKernelState } from '../browser-runtime.ts';
import { executionState } from './execution-state.ts';

export interface PrivateKernelListener {
  message(message: HostedMessage): void;
  stateChanged(state: HostedKernelState): void;
}

/** What may wait for a kernel that loads: cells run in one go, and what widgets ask. */
const MOST_WAITING = 1_000;

/** A kernel of this page that the server knows nothing of, from its start to its end, through restarts. */
export class PrivateKernel {
  readonly #id: string;
  readonly #kind: BrowserKernelKind;
  readonly #start: StartKernel;
  readonly #listener: PrivateKernelListener;
  #process: KernelProcess | null = null;
  #state: HostedKernelState = { kind: 'loading', text: 'Starting', done: null };
  #waiting: HostedMessage[] = [];

  constructor(id: string, kind: BrowserKernelKind, start: StartKernel, listener: PrivateKernelListener) {
    this.#id = id;
    this.#kind = kind;
    this.#start = start;
    this.#listener = listener;
    this.restart();
  }

  get canInterrupt(): boolean {
    return this.#process?.canInterrupt ?? false;
  }

  send(message: HostedMessage): void {
    if (this.#state.kind === 'ended') return;
    if (this.#state.kind !== 'loading') this.#process?.post({ type: 'message', message });
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(message);
  }

  interrupt(): void {
    if (this.canInterrupt) this.#process?.interrupt();
  }

  restart(): void {
    this.#process?.end();
    this.#waiting = [];
    this.#become({ kind: 'loading', text: 'Starting', done: null });
    this.#process = this.#start(
      {
        kernelId: this.#id,
        kernelspecName: `browser.${this.#kind}`,
        language: this.#kind,
        metadata: {},
        sessionPath: null,
        environment: {},
        memory: null,
      },
      { says: (said) => this.#hear(said), ended: ({ why }) => this.end(why) },
    );
  }

  /** @param why for people */
  end(why: string): void {
    this.#process?.end();
    this.#process = null;
    this.#waiting = [];
    this.#become({ kind: 'ended', why });
  }

  #hear(said: KernelSays): void {
    switch (said.type) {
      case 'progress':
        if (this.#state.kind === 'loading')
          this.#become({ kind: 'loading', text: said.text, done: said.done });
        return;
      case 'ready':
        this.#become({ kind: 'idle' });
        for (const message of this.#waiting.splice(0)) this.#process?.post({ type: 'message', message });
        return;
      case 'message': {
        this.#listener.message(said.message);
        const state = executionState(said.message);
        if (state !== null && state !== this.#state.kind) this.#become({ kind: state });
        return;
      }
      case 'log':
        return;
      case 'ended':
        return this.end(said.failure ?? 'it was left');
      case 'failed':
        return this.end(`${said.message} ${said.remedy}`.trim());
    }
  }

  #become(state: HostedKernelState): void {
    this.#state = state;
    this.#listener.stateChanged(state);
  }
}
