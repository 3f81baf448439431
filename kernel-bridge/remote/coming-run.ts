import type { HostListener } from './kernel-host.ts';
import type { RemoteRun } from './remote-run.ts';

export type HowItComes =
  /** `automatic`: after a death, without anybody asking. */
  'started' | 'automatic' | 'found';

/** The way to a process of a kernel, which is started or found: that may take as long as a queue. */
export class ComingRun {
  readonly how: HowItComes;
  /** Null for one that was to be found, and is gone. */
  readonly done: Promise<RemoteRun | null>;
  /** Resolves when it is there, or its place has it wait; rejects as `done` does. */
  readonly taken: Promise<void>;
  readonly #abort = new AbortController();
  #wasTaken = false;

  /** @param begin is called soon */
  constructor(
    how: HowItComes,
    told: HostListener,
    begin: (told: HostListener, signal: AbortSignal) => Promise<RemoteRun | null>,
  ) {
    this.how = how;
    let onWaiting!: () => void;
    const waits = new Promise<void>((resolve) => (onWaiting = resolve));
    const waiting = (text: string | null): void => {
      told.waiting(text);
      if (text === null) return;
      this.#wasTaken = true;
      onWaiting();
    };
    // What is told of it matters only once whoever makes this has it.
    this.done = Promise.resolve().then(() => begin({ ...told, waiting }, this.#abort.signal));
    this.taken = Promise.race([waits, this.done.then(() => undefined)]);
    // Whoever waits for the one or the other hears of a failure.
    this.done.catch(() => undefined);
    this.taken.catch(() => undefined);
  }

  /** Its place had it wait, and whoever asked for it was told that it comes. */
  get wasTaken(): boolean {
    return this.#wasTaken;
  }

  /** It is not wanted any more. */
  abort(): void {
    this.#abort.abort();
  }
}
