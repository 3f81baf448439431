import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Activity } from '../activity.ts';
import type { AnsweredRequest } from '../http-log.ts';

/** What is asked whenever somebody collects the metrics; nothing is counted twice. */
export interface MetricSources {
  readonly version: string;
  readonly activity: Activity;
  /** The kernelspec's name of each running kernel. */
  readonly kernelNames: () => readonly string[];
  /** Open kernel websockets. */
  readonly countConnections: () => number;
  readonly countTerminals: () => number;
  /** Events appended to the log since the server started. */
  readonly countAppendedEvents: () => number;
  /** Adds those of another part of the server. */
  readonly register?: (registry: Registry) => void;
}

/** Prometheus metrics, with Jupyter's names where Jupyter has them. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'method' | 'handler' | 'status_code'>;

  constructor(sources: MetricSources) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'duration in seconds for all HTTP requests',
      labelNames: ['method', 'handler', 'status_code'],
      registers,
    });
    new Gauge({
      name: 'kernel_currently_running_total',
      help: 'how many kernels are running, by kernelspec',
      labelNames: ['type'],
      registers,
      collect() {
        this.reset();
        for (const type of sources.kernelNames()) this.inc({ type });
      },
    });
    gauge(
      registers,
      'terminal_currently_running_total',
      'how many terminals are running',
      sources.countTerminals,
    );
    gauge(registers, 'kernel_websocket_connections', 'open kernel websockets', sources.countConnections);
    new Counter({
      name: 'event_log_appended_events_total',
      help: 'events appended to the log since the server started',
      registers,
      collect() {
        this.reset();
        this.inc(sources.countAppendedEvents());
      },
    });
    const seconds = (time: Date): number => time.getTime() / 1000;
    const { activity } = sources;
    gauge(registers, 'jupyter_server_last_activity_timestamp_seconds', 'last activity on this server', () =>
      seconds(activity.last()),
    );
    gauge(registers, 'jupyter_server_started_timestamp_seconds', 'when this server was started', () =>
      seconds(activity.started),
    );
    gauge(
      registers,
      'jupyter_server_active_duration_seconds',
      'time between start and last activity',
      () => seconds(activity.last()) - seconds(activity.started),
    );
    new Gauge({
      name: 'jupyter_server_info',
      help: 'server version',
      labelNames: ['version'],
      registers,
    }).set({ version: sources.version }, 1);
    sources.register?.(this.#registry);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  readonly observe = ({ method, route, status, seconds }: AnsweredRequest): void => {
    this.#requests.observe({ method, handler: route, status_code: status }, seconds);
  };

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

function gauge(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read());
    },
  });
}
