import type { KernelListener } from '../kernel.ts';
import type { HostListener } from './kernel-host.ts';
import type { Silence } from './silence.ts';

/** What hosts say of a kernel's processes, as it is told to whoever owns the kernel. */
export class HostReports {
  readonly #listener: KernelListener;
  readonly #silence: Silence;
  #isWaiting = false;

  constructor(listener: KernelListener, silence: Silence) {
    this.#listener = listener;
    this.#silence = silence;
  }

  /** @param matters whether what is said of that process is still of interest */
  of(matters: () => boolean): HostListener {
    return {
      known: () => undefined,
      waiting: (text) => {
        if (matters()) this.waits(text);
      },
      warned: (text) => {
        if (matters()) this.#listener.lifecycle({ kind: 'warned', text });
      },
      reachedAgain: (silentFrom, why) => {
        if (matters()) this.#silence.explain(new Date(silentFrom), why);
      },
    };
  }

  /** @param text null once it waits no more */
  waits(text: string | null): void {
    if (text === null && !this.#isWaiting) return;
    this.#isWaiting = text !== null;
    this.#listener.lifecycle({ kind: 'waiting', text });
  }
}
