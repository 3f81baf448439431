import type { KernelLifecycleEvent } from '../../kernel-bridge/kernel.ts';

/** What a kernel's place says of it last. */
export class PlaceWord {
  /** Why it has not been started yet. */
  waitsFor: string | null = null;
  /** What it warned of, until it is reached again. */
  #warning: string | null = null;

  get text(): string | null {
    return this.waitsFor ?? this.#warning;
  }

  heard(event: KernelLifecycleEvent): void {
    if (event.kind === 'waiting') this.waitsFor = event.text;
    else if (event.kind === 'warned') this.#warning = event.text;
    else if (event.kind === 'reattached' || event.kind === 'autorestarted') this.#warning = null;
  }
}
