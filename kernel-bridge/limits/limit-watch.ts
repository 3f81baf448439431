import type { KernelLimit, KernelLimits } from '../kernel.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { BusyRequests } from './busy-requests.ts';
import { endText, memoryWarning } from './limit-text.ts';
import type { ProcessUsage } from './process-usage.ts';

/** Between looks at what a process uses while it is at work, and while it is not; in milliseconds. */
const BUSY_PAUSE = 1_000;
const IDLE_PAUSE = 15_000;
/** Of the limit: below it a kernel that was warned may be warned again. */
const RELIEVED = 0.9;
const LONGEST_TIMER = 2 ** 31 - 1;

/** What must be known of a process to go on watching it. */
export interface LimitState {
  /** Milliseconds for which it stood still. */
  readonly stopped: number;
  /** Since when it stands still, in milliseconds since the epoch; null while it does not. */
  readonly pausedAt: number | null;
  /** Whether it was warned of its memory, and has not freed enough since. */
  readonly warned: boolean;
}
export const FRESH: LimitState = { stopped: 0, pausedAt: null, warned: false };

export interface WatchedProcess {
  readonly limits: KernelLimits;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  readonly state: LimitState;
  /** False for one that was doing something unknown when it was found. */
  readonly isKnown: boolean;
  usage(): ProcessUsage | null;
  /** Once each time that it goes beyond the limit: it is to be told, and interrupted if it is at work. */
  warn(text: string, isBusy: boolean): void;
  /** Once: it is to be ended. */
  end(limit: KernelLimit, text: string): void;
  /** To be kept for whoever takes over. */
  onState(state: LimitState): void;
}

/** Watches what one process of a kernel uses. Time for which it stands still does not count (I5). */
export class LimitWatch {
  readonly #process: WatchedProcess;
  readonly #busy: BusyRequests;
  #state: LimitState;
  #timer: NodeJS.Timeout | undefined;
  /** In milliseconds since the epoch, moved on by the time for which it stood still. */
  #idleSince = Date.now();
  #nextLook = 0;
  #lastUsage: ProcessUsage | null = null;
  #over = false;

  constructor(process: WatchedProcess) {
    this.#process = process;
    this.#state = continued(process.state);
    this.#busy = new BusyRequests(process.isKnown);
    this.#schedule();
  }

  /** The processor time it had used at the last look, in seconds. */
  get cpuTime(): number {
    return this.#lastUsage?.cpuTime ?? 0;
  }

  /** It says something. */
  heard(message: KernelMessage): void {
    const wasBusy = this.#busy.any;
    this.#busy.heard(message);
    this.#idleSince = Date.now();
    if (!wasBusy && this.#busy.any) this.#atWork();
  }

  /** It is sent something. */
  sent(): void {
    this.#idleSince = Date.now();
  }

  /** It has done all that it was sent. */
  settle(): void {
    if (this.#busy.any) this.#idleSince = Date.now();
    this.#busy.settle();
  }

  paused(): void {
    clearTimeout(this.#timer);
    this.#become({ ...this.#state, pausedAt: Date.now() });
  }

  resumed(): void {
    if (this.#state.pausedAt === null) return;
    this.#idleSince += Date.now() - this.#state.pausedAt;
    this.#become(continued(this.#state));
    this.#schedule();
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  /** The longer pause of one that had nothing to do is over. */
  #atWork(): void {
    this.#nextLook = Math.min(this.#nextLook, Date.now() + BUSY_PAUSE);
    if (this.#state.pausedAt === null) this.#schedule();
  }

  #check(): void {
    const now = Date.now();
    const { wallTime, idleTime } = this.#process.limits;
    const running = (now - this.#process.startedAt - this.#state.stopped) / 1000;
    if (wallTime !== null && running >= wallTime) return this.#end('wall-time', wallTime, running);
    const idle = (now - this.#idleSince) / 1000;
    if (idleTime !== null && !this.#busy.any && idle >= idleTime)
      return this.#end('idle-time', idleTime, idle);
    if (now >= this.#nextLook) this.#look(now);
    this.#schedule();
  }

  #look(now: number): void {
    const { limits } = this.#process;
    this.#nextLook = now + (this.#busy.any ? BUSY_PAUSE : IDLE_PAUSE);
    if (!watchesUsage(limits)) return;
    const usage = this.#process.usage();
    if (usage === null) return;
    this.#lastUsage = usage;
    if (limits.memory !== null && usage.memory > limits.memory)
      return this.#end('memory', limits.memory, usage.memory);
    if (limits.cpuTime !== null && usage.cpuTime >= limits.cpuTime)
      return this.#end('cpu-time', limits.cpuTime, usage.cpuTime);
    if (limits.softMemory === null) return;
    if (!this.#state.warned && usage.memory > limits.softMemory) {
      this.#become({ ...this.#state, warned: true });
      this.#process.warn(memoryWarning(limits, usage.memory), this.#busy.any);
    } else if (this.#state.warned && usage.memory < RELIEVED * limits.softMemory)
      this.#become({ ...this.#state, warned: false });
  }

  #end(limit: KernelLimit, allowed: number, used: number): void {
    this.close();
    this.#process.end(limit, endText(limit, allowed, used));
  }

  #become(state: LimitState): void {
    this.#state = state;
    this.#process.onState(state);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#over) return;
    const { limits, startedAt } = this.#process;
    const { wallTime, idleTime } = limits;
    const next = Math.min(
      watchesUsage(limits) ? this.#nextLook : Infinity,
      wallTime === null ? Infinity : startedAt + this.#state.stopped + wallTime * 1000,
      // While it is at work the moment moves on; it is looked for again when this one comes.
      idleTime === null
        ? Infinity
        : this.#busy.any
          ? Date.now() + idleTime * 1000
          : this.#idleSince + idleTime * 1000,
    );
    if (next === Infinity) return;
    const pause = Math.min(Math.max(next - Date.now(), 1), LONGEST_TIMER);
    this.#timer = setTimeout(() => this.#check(), pause);
  }
}

/** Nobody but its holder continues it, so that it stood still until now. */
function continued(state: LimitState): LimitState {
  const paused = state.pausedAt === null ? 0 : Date.now() - state.pausedAt;
  return { ...state, stopped: state.stopped + paused, pausedAt: null };
}

function watchesUsage({ softMemory, memory, cpuTime }: KernelLimits): boolean {
  return softMemory !== null || memory !== null || cpuTime !== null;
}
