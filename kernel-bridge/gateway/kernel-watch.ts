import { PlaceError } from '../places/place-error.ts';
import type { GatewayAccess } from './gateway-access.ts';

export interface KernelWatchPlan {
  readonly access: GatewayAccess;
  /** As its server names it. */
  readonly remoteId: string;
  /** Between looks at a kernel that says nothing, in milliseconds: nothing else tells of its end. */
  readonly interval: number;
  gone(why: string): void;
  /** We are known there no more, and it goes on. Told once, and again after we were. */
  denied(error: PlaceError): void;
  /** Nothing is known; the websocket closes, and tells, where its server is away. */
  unknown(error: Error): void;
}

/** Looks whether a server still has a kernel. */
export class KernelWatch {
  readonly #plan: KernelWatchPlan;
  readonly #timers = new Set<NodeJS.Timeout>();
  #hasSpoken = false;
  #isDenied = false;
  #isClosed = false;

  constructor(plan: KernelWatchPlan) {
    this.#plan = plan;
    const timer = setInterval(() => {
      if (!this.#hasSpoken) void this.look();
      this.#hasSpoken = false;
    }, plan.interval);
    this.#timers.add(timer.unref());
  }

  heard(): void {
    this.#hasSpoken = true;
  }

  /** @param delay in milliseconds */
  lookIn(delay: number): void {
    this.#timers.add(setTimeout(() => void this.look(), delay).unref());
  }

  /** Never rejects. */
  async look(): Promise<void> {
    try {
      const why = await this.whyGone();
      if (this.#isClosed) return;
      if (why !== null) return this.#plan.gone(why);
      this.#isDenied = false;
    } catch (error) {
      if (this.#isClosed) return;
      if (!(error instanceof PlaceError && error.code === 'PLACE_DENIED'))
        return this.#plan.unknown(error as Error);
      if (!this.#isDenied) this.#plan.denied(error);
      this.#isDenied = true;
    }
  }

  /** Null while it is there. @throws PlaceError */
  async whyGone(): Promise<string | null> {
    const { access, remoteId } = this.#plan;
    const model = await access.client.find(remoteId);
    if (model === null)
      return (
        `${access.host} does not have this kernel any more: that server was restarted, ` +
        'or the kernel was shut down there (also when nobody used it for long).'
      );
    if (model.execution_state !== 'dead') return null;
    return `It died, says ${access.host}${model.reason ? `: ${model.reason}` : ''}.`;
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
