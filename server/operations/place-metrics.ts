import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** What is asked whenever somebody collects the metrics. */
export interface PlaceMetricSources {
  kernels(): readonly { readonly place: string; readonly state: string }[];
  warm(): readonly { readonly kernelspec: string; readonly wanted: number; readonly waiting: number }[];
  places(): readonly {
    readonly id: string;
    readonly kind: string;
    readonly state: string;
    readonly reconnects: number;
  }[];
}

const QUEUE_SECONDS = [1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600];
/** In queues at once, on this server; more are not measured. */
const MOST_WAITING = 10_000;

/** Places and their kernels in Prometheus metrics. */
export class PlaceMetrics {
  readonly #launches = new Counter({
    name: 'in_the_loop_kernel_launches_total',
    help: 'kernels that were to be started, by place, and whether they were',
    labelNames: ['place', 'outcome'],
    registers: [],
  });
  readonly #gaps = new Counter({
    name: 'in_the_loop_kernel_gaps_total',
    help: 'times for which nobody listened to a kernel, by place',
    labelNames: ['place'],
    registers: [],
  });
  readonly #queue = new Histogram({
    name: 'in_the_loop_kernel_queue_seconds',
    help: 'how long kernels waited for their place to start them',
    labelNames: ['place'],
    buckets: QUEUE_SECONDS,
    registers: [],
  });
  /** By kernel: since when it waits, in milliseconds since the epoch. */
  readonly #waiting = new Map<string, number>();

  launched(place: string, succeeded: boolean): void {
    this.#launches.inc({ place, outcome: succeeded ? 'started' : 'failed' });
  }

  /** Nobody listened to a kernel for a while. */
  gap(place: string): void {
    this.#gaps.inc({ place });
  }

  waits(kernelId: string, now = Date.now()): void {
    if (!this.#waiting.has(kernelId) && this.#waiting.size < MOST_WAITING) this.#waiting.set(kernelId, now);
  }

  waitsNoMore(place: string, kernelId: string, now = Date.now()): void {
    const since = this.#waiting.get(kernelId);
    this.#waiting.delete(kernelId);
    if (since !== undefined) this.#queue.observe({ place }, (now - since) / 1000);
  }

  /** It ended while it waited. */
  gone(kernelId: string): void {
    this.#waiting.delete(kernelId);
  }

  register(registry: Registry, sources: PlaceMetricSources): void {
    for (const metric of [this.#launches, this.#gaps, this.#queue]) registry.registerMetric(metric);
    const registers = [registry];
    new Gauge({
      name: 'in_the_loop_kernels',
      help: 'kernels, by place and state',
      labelNames: ['place', 'state'],
      registers,
      collect() {
        this.reset();
        for (const labels of sources.kernels()) this.inc(labels);
      },
    });
    new Gauge({
      name: 'in_the_loop_warm_kernels',
      help: 'kernels that wait for a notebook, by kernelspec, and how many are to (wanted)',
      labelNames: ['kernelspec', 'which'],
      registers,
      collect() {
        this.reset();
        for (const { kernelspec, wanted, waiting } of sources.warm()) {
          this.set({ kernelspec, which: 'wanted' }, wanted);
          this.set({ kernelspec, which: 'waiting' }, waiting);
        }
      },
    });
    new Gauge({
      name: 'in_the_loop_places',
      help: 'places where kernels run, by kind and state',
      labelNames: ['kind', 'state'],
      registers,
      collect() {
        this.reset();
        for (const { kind, state } of sources.places()) this.inc({ kind, state });
      },
    });
    new Gauge({
      name: 'in_the_loop_agents_connected',
      help: 'machines that have dialled in and are connected',
      registers,
      collect() {
        const isHere = ({ kind, state }: { kind: string; state: string }): boolean =>
          kind === 'agent' && state === 'ready';
        this.set(sources.places().filter(isHere).length);
      },
    });
    new Counter({
      name: 'in_the_loop_place_reconnects_total',
      help: 'how often the way to a place was broken and is there again',
      labelNames: ['place'],
      registers,
      collect() {
        this.reset();
        for (const { id, reconnects } of sources.places()) this.inc({ place: id }, reconnects);
      },
    });
  }
}
