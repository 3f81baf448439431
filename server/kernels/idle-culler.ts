import type { Logger } from 'pino';
import type { KernelModel } from './kernel-model.ts';

/** What is asked of the kernels. */
export interface CullableKernels {
  list(): readonly KernelModel[];
  /** @throws HttpError 404 */
  cull(id: string): Promise<void>;
}

export interface IdleCullerOptions {
  readonly kernels: CullableKernels;
  /** Seconds without anything to do. */
  readonly after: number;
  /** Also those to which a websocket is open. */
  readonly connected: boolean;
  readonly logger: Logger;
}

/** Between looks at the kernels, in milliseconds; more often where they may be idle for less. */
const LONGEST_PAUSE = 60_000;

/** Ends kernels that have had nothing to do for long (Jupyter's `cull_idle_timeout`); never one that is busy. */
export class IdleCuller {
  readonly #options: IdleCullerOptions;
  readonly #timer: NodeJS.Timeout;

  constructor(options: IdleCullerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.look(), Math.min(options.after * 1000, LONGEST_PAUSE)).unref();
  }

  async look(now = Date.now()): Promise<void> {
    const { kernels, after, connected, logger } = this.#options;
    const idle = kernels
      .list()
      .filter(({ execution_state }) => execution_state === 'idle')
      .filter(({ connections }) => connected || connections === 0)
      .filter(({ last_activity }) => now - Date.parse(last_activity) >= after * 1000);
    for (const { id, name } of idle) {
      logger.info({ kernelId: id, name }, 'A kernel with nothing to do is ended');
      await kernels
        .cull(id)
        .catch((error: unknown) =>
          logger.warn({ err: error, kernelId: id }, 'An idle kernel could not be ended'),
        );
    }
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer);
  }
}
