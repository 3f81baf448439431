import { setTimeout as delay } from 'node:timers/promises';
import type { KernelUsage } from '../../kernel-bridge/places/kernel-usage.ts';
import type { Logger } from '../logger.ts';

type Usage = ReadonlyMap<string, KernelUsage>;

/** Who may tell what its kernels use. */
export interface UsageSource {
  usage?(): Promise<Usage>;
}

const NOTHING: Usage = new Map();
/** In milliseconds: whoever has not answered by then is left out. */
const PATIENCE = 1500;

/** What kernels use, asked of many at once. One that does not answer is waited for by nobody, and is not asked again meanwhile. */
export class UsageOfAll {
  readonly #logger: Logger;
  readonly #pending = new WeakSet<UsageSource>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  async ask(sources: readonly UsageSource[]): Promise<Usage> {
    const answers = await Promise.all(
      sources.map((source) => Promise.race([this.#ask(source), delay(PATIENCE, NOTHING, { ref: false })])),
    );
    return new Map(answers.flatMap((usage) => [...usage]));
  }

  async #ask(source: UsageSource): Promise<Usage> {
    if (source.usage === undefined || this.#pending.has(source)) return NOTHING;
    this.#pending.add(source);
    try {
      return await source.usage();
    } catch (error) {
      this.#logger.debug({ err: error }, 'What kernels use cannot be told');
      return NOTHING;
    } finally {
      this.#pending.delete(source);
    }
  }
}
