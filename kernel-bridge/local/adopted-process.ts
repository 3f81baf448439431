import type { KernelExit } from '../kernel.ts';
import { describeExit, type ExitSources } from './describe-exit.ts';
import { type KernelProcess, within } from './kernel-process.ts';
import { MemoryHighWater } from './memory-high-water.ts';
import { killGroup, signalGroup } from './process-group.ts';
import { lookAtProcess } from './process-identity.ts';

/** The system tells nobody but its parent of a process's end: it is looked at this often, in milliseconds. */
const LONGEST_PAUSE = 1_000;
const SHORTEST_PAUSE = 10;

/** A kernel's process that another one has started and left: no child of ours, so its exit code is unknown. */
export class AdoptedProcess implements KernelProcess {
  readonly pid: number;
  readonly identity: string;
  readonly startedAt: number;
  readonly gone: Promise<void>;
  readonly exit: Promise<KernelExit>;
  readonly #memory: MemoryHighWater;
  #onGone!: () => void;
  #isGone = false;
  #pause = LONGEST_PAUSE;
  #timer: NodeJS.Timeout | undefined;
  #released = false;

  constructor(known: Pick<KernelProcess, 'pid' | 'identity' | 'startedAt'>, sources: ExitSources) {
    this.pid = known.pid;
    this.identity = known.identity;
    this.startedAt = known.startedAt;
    this.#memory = new MemoryHighWater(known.pid);
    this.gone = new Promise((resolve) => (this.#onGone = resolve));
    this.exit = this.gone.then(() => describeExit({ exitCode: null, signal: null }, this.#memory, sources));
    this.#look();
  }

  /** Something says that it may be ending: it is looked at more often for a while. */
  suspect(): void {
    if (this.#isGone || this.#released) return;
    clearTimeout(this.#timer);
    this.#pause = SHORTEST_PAUSE;
    this.#look();
  }

  noticed(): void {
    this.#memory.noticed();
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#lives()) signalGroup(this.pid, signal);
  }

  killLeftovers(): void {
    const seen = lookAtProcess(this.pid);
    // Where the number is another's now, so is the group.
    if (seen === null || seen.identity === this.identity) killGroup(this.pid);
  }

  async goneWithin(milliseconds: number): Promise<boolean> {
    this.suspect();
    await within(this.gone, milliseconds);
    return this.#isGone;
  }

  release(): void {
    this.#released = true;
    clearTimeout(this.#timer);
  }

  #look(): void {
    if (!this.#lives()) {
      this.#isGone = true;
      this.#onGone();
      return;
    }
    this.#timer = setTimeout(() => this.#look(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  #lives(): boolean {
    const seen = lookAtProcess(this.pid);
    return seen !== null && seen.identity === this.identity && seen.state !== 'zombie';
  }
}
