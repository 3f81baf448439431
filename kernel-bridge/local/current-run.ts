import { setTimeout as sleep } from 'node:timers/promises';
import type { KernelExit } from '../kernel.ts';
import type { LimitedProcess } from '../limits/limited-process.ts';
import type { KernelMessage } from '../protocol/message.ts';
import type { HeldMessages } from '../life/held-messages.ts';
import type { KernelRun } from './kernel-run.ts';

/** In milliseconds. */
const WAKING = 50;

/** The process that a kernel has now, from its launch until it ends, is left, or another takes its place. */
export class CurrentRun {
  readonly run: KernelRun;
  /** What waits until the process answers and is heard: what it said before would be missed. Null from then on. */
  #held: HeldMessages | null;
  /** Null where nothing is limited. */
  #limited: LimitedProcess | null;
  readonly #limit: (since?: number) => LimitedProcess | null;
  #paused = false;
  #ipcTimer: NodeJS.Timeout | undefined;

  /** @param limit holds it to its limits, anew where it is told since when, in milliseconds since the epoch */
  constructor(run: KernelRun, held: HeldMessages, limit: (since?: number) => LimitedProcess | null) {
    this.run = run;
    this.#held = held;
    this.#limit = limit;
    this.#limited = limit();
  }

  /** @throws KernelError KERNEL_OVERLOADED, KERNEL_MESSAGE_INVALID */
  send(message: KernelMessage): void {
    if (this.#held !== null) this.#held.add(message);
    else this.run.connection.send(message);
    this.#limited?.sent();
  }

  /** From a moment on, in milliseconds since the epoch, in place of what it was held to. */
  limitAnew(since: number): void {
    this.#limited?.close();
    this.#limited = this.#limit(since);
    if (this.#paused) this.#limited?.paused();
  }

  /** It says something. */
  heard(message: KernelMessage): void {
    this.run.process.noticed();
    this.#limited?.heard(message);
  }

  /**
   * From now on messages are sent at once, after those that waited.
   * @param onFailure senders were told that what waits is taken: a failure now is for the log
   */
  handOver(onFailure: (error: Error) => void): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const message of held) {
      try {
        this.run.connection.send(message);
      } catch (error) {
        onFailure(error as Error);
      }
    }
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.run.process.signal('SIGSTOP');
    this.#limited?.paused();
  }

  /** @returns whether it stood still */
  resume(): boolean {
    if (!this.#paused) return false;
    this.#paused = false;
    this.run.process.signal('SIGCONT');
    this.#limited?.resumed();
    return true;
  }

  /**
   * Continues it first. While its threads wake, the system gives a signal to any of them, and one that does not wake the
   * main thread from what it waits for would be noticed only when that is over.
   */
  async interrupt(): Promise<void> {
    if (this.resume()) await sleep(WAKING);
    this.run.interrupt();
  }

  /** @param suspect called if the process has made no ipc sockets after that time, in milliseconds */
  suspectIpcAfter(patience: number, suspect: () => void): void {
    this.#ipcTimer = setTimeout(() => {
      void this.run.hasIpcSockets().then((has) => {
        if (!has) suspect();
      });
    }, patience);
  }

  /**
   * It is not the current one any more. One that stands still is continued, for it hears nothing that it is asked.
   * @returns what still waits
   */
  leave(): HeldMessages | null {
    clearTimeout(this.#ipcTimer);
    this.resume();
    this.#limited?.close();
    return this.#held;
  }

  /** Adds the limit for which it ended, and what to tell of that first. */
  explain(exit: KernelExit): ReturnType<LimitedProcess['explain']> {
    return this.#limited?.explain(exit) ?? { exit, event: null };
  }
}
