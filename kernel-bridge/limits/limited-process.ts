import type { KernelExit, KernelLifecycleEvent, KernelLimit, KernelLimits } from '../kernel.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { setCpuBackstop } from './cpu-backstop.ts';
import { endText } from './limit-text.ts';
import { type LimitState, LimitWatch } from './limit-watch.ts';
import { usageOf } from './process-usage.ts';

type LimitReached = Extract<KernelLifecycleEvent, { kind: 'limit-reached' }>;

export interface LimitedProcessPlan {
  readonly pid: number;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  readonly limits: KernelLimits;
  readonly state: LimitState;
  /** It was found, and may be doing something for an earlier holder. */
  readonly isFound: boolean;
  tell(event: LimitReached): void;
  interrupt(): void;
  kill(): void;
  /** The time of the whole kernel is up: it is to be told, and ended as if somebody had asked for it. */
  onTimeUp(event: LimitReached): void;
  /** To be kept for whoever takes over. */
  onState(state: LimitState): void;
  /** The system does not set the limit of processor time, which is watched all the same. */
  onUnset(reason: string): void;
}

/** Holds one process of a kernel to its limits, and says so when it ended for one. */
export class LimitedProcess {
  readonly #plan: LimitedProcessPlan;
  readonly #watch: LimitWatch;
  #limit: KernelLimit | null = null;

  constructor(plan: LimitedProcessPlan) {
    this.#plan = plan;
    const { pid, limits, isFound } = plan;
    if (limits.cpuTime !== null && !isFound)
      setCpuBackstop(pid, limits.cpuTime, (reason) => plan.onUnset(reason));
    this.#watch = new LimitWatch({
      ...plan,
      isKnown: !isFound,
      usage: () => usageOf(pid),
      warn: (text, isBusy) => {
        plan.tell({ kind: 'limit-reached', limit: 'memory', effect: 'warned', text });
        if (isBusy) plan.interrupt();
      },
      end: (limit, text) => this.#end(limit, text),
      onState: (state) => plan.onState(state),
    });
  }

  heard(message: KernelMessage): void {
    this.#watch.heard(message);
  }

  sent(): void {
    this.#watch.sent();
  }

  paused(): void {
    this.#watch.paused();
  }

  resumed(): void {
    this.#watch.resumed();
  }

  /** What it did for an earlier holder is done. */
  settle(): void {
    this.#watch.settle();
  }

  close(): void {
    this.#watch.close();
  }

  /**
   * Adds the limit for which it ended.
   * @returns what to tell first, where the system ended it and nobody has told yet
   */
  explain(exit: KernelExit): { readonly exit: KernelExit; readonly event: LimitReached | null } {
    if (this.#limit !== null) return { exit: { ...exit, limit: this.#limit }, event: null };
    const allowed = this.#plan.limits.cpuTime;
    const used = this.#watch.cpuTime;
    const isUnknown = exit.exitCode === null && exit.signal === null;
    if (allowed === null || !(exit.signal === 'SIGXCPU' || (isUnknown && used >= allowed)))
      return { exit, event: null };
    const limit = 'cpu-time';
    const text = endText(limit, allowed, Math.max(used, allowed));
    return { exit: { ...exit, limit }, event: { kind: 'limit-reached', limit, effect: 'ended', text } };
  }

  #end(limit: KernelLimit, text: string): void {
    this.#limit = limit;
    const event = { kind: 'limit-reached', limit, effect: 'ended', text } as const;
    if (limit === 'wall-time' || limit === 'idle-time') return this.#plan.onTimeUp(event);
    this.#plan.tell(event);
    this.#plan.kill();
  }
}
