import type { KernelError } from '../kernel.ts';

type Info = Readonly<Record<string, unknown>>;
type State =
  | { readonly kind: 'waiting'; resolve(info: Info): void; reject(error: KernelError): void }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed' };

/** What `Kernel.ready()` waits for, over the deaths and restarts of processes. */
export class Readiness {
  #promise!: Promise<Info>;
  #state!: State;

  constructor() {
    this.#wait();
  }

  get promise(): Promise<Info> {
    return this.#promise;
  }

  get failed(): boolean {
    return this.#state.kind === 'failed';
  }

  get isWaiting(): boolean {
    return this.#state.kind === 'waiting';
  }

  /** For a new process. Whoever waits already goes on waiting for that one. */
  renew(): void {
    if (this.#state.kind !== 'waiting') this.#wait();
  }

  resolve(info: Info): void {
    if (this.#state.kind !== 'waiting') return;
    this.#state.resolve(info);
    this.#state = { kind: 'ready' };
  }

  reject(error: KernelError): void {
    this.renew();
    if (this.#state.kind !== 'waiting') return;
    this.#state.reject(error);
    this.#state = { kind: 'failed' };
  }

  #wait(): void {
    this.#promise = new Promise((resolve, reject) => (this.#state = { kind: 'waiting', resolve, reject }));
    // A kernel may fail before anybody asks; whoever asks later is told.
    this.#promise.catch(() => undefined);
  }
}
