import { Signal, type ISignal } from '@lumino/signaling';
import { WORKER_FILE } from './offline-names.ts';

/** Whether JupyterLab itself opens in this browser while the server cannot be reached. */
export type KeptPagesState =
  /** Browsers have service workers on https and on localhost alone. */
  | { readonly kind: 'insecure' }
  /** Private windows of some browsers, and browsers that were told so. */
  | { readonly kind: 'not-allowed'; readonly reason: string }
  | { readonly kind: 'preparing' }
  | { readonly kind: 'kept' }
  /** What was kept before may be there still. */
  | { readonly kind: 'failed'; readonly reason: string };

/** What is used of the browser; undefined where it has no service workers. */
export type Workers = Pick<ServiceWorkerContainer, 'register' | 'ready'> & EventTarget;

interface KeptMessage {
  readonly type: 'in-the-loop:kept';
  readonly opensOffline: boolean;
  readonly problem: string | null;
}

/** Has the service worker keep what JupyterLab needs to start, and says how far it is. */
export class KeptPages {
  #state: KeptPagesState = { kind: 'preparing' };
  readonly #changed = new Signal<this, KeptPagesState>(this);

  constructor(
    private readonly baseUrl: string,
    private readonly frontEnd: 'lab' | 'notebook',
    private readonly workers: Workers | undefined,
  ) {}

  get state(): KeptPagesState {
    return this.#state;
  }

  get changed(): ISignal<this, KeptPagesState> {
    return this.#changed;
  }

  /** To be called once the page has put up what it shows: keeping it must not slow it down. */
  async start(): Promise<void> {
    if (this.workers === undefined) return this.#become({ kind: 'insecure' });
    this.workers.addEventListener('message', (event) => this.#hear((event as MessageEvent).data));
    try {
      await this.workers.register(this.baseUrl + WORKER_FILE, {
        scope: this.baseUrl,
        updateViaCache: 'none',
      });
    } catch (error) {
      // Without a server nothing can be registered; the worker that brought this page up is there all the same.
      if (!(error instanceof TypeError))
        this.#become({ kind: 'not-allowed', reason: error instanceof Error ? error.message : String(error) });
      if (this.#state.kind === 'not-allowed') return;
    }
    (await this.workers.ready).active?.postMessage({ type: 'in-the-loop:opened', frontEnd: this.frontEnd });
  }

  #hear(data: unknown): void {
    const message = data as Partial<KeptMessage> | null;
    if (message?.type !== 'in-the-loop:kept') return;
    if (typeof message.problem === 'string') this.#become({ kind: 'failed', reason: message.problem });
    else this.#become({ kind: message.opensOffline === true ? 'kept' : 'preparing' });
  }

  #become(state: KeptPagesState): void {
    this.#state = state;
    this.#changed.emit(state);
  }
}
