import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { KernelLog } from '../local/kernel-log.ts';
import { type ClusterError, clusterErrorOf, fromStatus } from './cluster-error.ts';
import type { WatchEvent, WatchListener } from './watch-stream.ts';

export interface ListSource<T> {
  /** @throws ClusterError */
  list(): Promise<{ readonly items: readonly T[]; readonly resourceVersion: string }>;
  /** Resolves when the server ends it, as it does every few minutes. @throws ClusterError */
  watch(resourceVersion: string, listener: WatchListener, signal: AbortSignal): Promise<void>;
}

export interface ListListener<T> {
  /** All that there is; what is not among it is gone. */
  listed(items: readonly T[]): void;
  changed(item: T): void;
  deleted(item: T): void;
  /** It cannot be followed for the time being; null: it can again. */
  failed(error: ClusterError | null): void;
}

interface Delays {
  /** In milliseconds; doubled each time. */
  readonly first: number;
  readonly last: number;
}

/**
 * Follows a list of things in a cluster: lists once, then hears each change, and after a break goes on where it was. Only
 * where the server does not know that moment any more (410 Gone) it lists again.
 */
export class FollowedList<T extends { readonly metadata?: V1ObjectMeta }> {
  readonly #source: ListSource<T>;
  readonly #listener: ListListener<T>;
  readonly #log: KernelLog;
  readonly #delays: Delays;
  readonly #closing = new AbortController();
  #delay: number;
  /** The moment up to which all was heard; null before there is one. */
  #from: string | null = null;
  #isFailing = false;
  #wake: (() => void) | null = null;

  constructor(
    source: ListSource<T>,
    listener: ListListener<T>,
    log: KernelLog,
    delays: Delays = { first: 1000, last: 30_000 },
  ) {
    this.#source = source;
    this.#listener = listener;
    this.#log = log;
    this.#delays = delays;
    this.#delay = delays.first;
    void this.#follow();
  }

  /** A person does not want to wait for the next try. */
  tryNow(): void {
    this.#wake?.();
  }

  /** Nothing more is told. A list that is under way is not waited for. Idempotent. */
  close(): void {
    this.#closing.abort();
    this.#wake?.();
  }

  async #follow(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        this.#from ??= await this.#list();
        await this.#watch(this.#from);
        // A server that ends each at once is not asked without a pause.
        await this.#pause(this.#delays.first);
      } catch (error) {
        const failure = clusterErrorOf(error);
        if (failure.status === 410) this.#from = null;
        else await this.#failed(failure);
      }
    }
  }

  async #list(): Promise<string> {
    const { items, resourceVersion } = await this.#source.list();
    if (!this.#closing.signal.aborted) {
      this.#worked();
      this.#listener.listed(items);
    }
    return resourceVersion;
  }

  async #watch(from: string): Promise<void> {
    const said: { failure: ClusterError | null } = { failure: null };
    const hear = (event: WatchEvent): void => {
      if (this.#closing.signal.aborted) return;
      if (event.type === 'ERROR')
        said.failure = fromStatus(Number(event.object['code'] ?? 500), event.object);
      else this.#heard(event.type, event.object as unknown as T);
    };
    await this.#source.watch(from, { opened: () => this.#worked(), hear }, this.#closing.signal);
    if (said.failure !== null) throw said.failure;
  }

  #heard(type: Exclude<WatchEvent['type'], 'ERROR'>, item: T): void {
    this.#from = item.metadata?.resourceVersion ?? this.#from;
    if (type === 'DELETED') this.#listener.deleted(item);
    else if (type !== 'BOOKMARK') this.#listener.changed(item);
  }

  #worked(): void {
    this.#delay = this.#delays.first;
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#log.info({}, 'the cluster answers again');
    this.#listener.failed(null);
  }

  async #failed(failure: ClusterError): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const { status, reason, message } = failure;
    this.#log.warn(
      { status, reason: `${reason}: ${message}` },
      'the cluster cannot be followed, and is tried again',
    );
    this.#isFailing = true;
    this.#listener.failed(failure);
    const delay = this.#delay;
    this.#delay = Math.min(2 * delay, this.#delays.last);
    await this.#pause(delay);
  }

  async #pause(milliseconds: number): Promise<void> {
    if (this.#closing.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }
}
