import type { KernelLifecycleEvent } from '../../kernel-bridge/kernel.ts';

/** In milliseconds: what a place warned of is no news any more after that. */
const NEWS_FOR = 10 * 60_000;

/** What a kernel's place says of it last. */
export class PlaceWord {
  /** Why it has not been started yet. */
  waitsFor: string | null = null;
  #warning: { readonly text: string; readonly at: number } | null = null;

  get text(): string | null {
    const warning = this.#warning;
    if (this.waitsFor !== null || warning === null) return this.waitsFor;
    return Date.now() - warning.at < NEWS_FOR ? warning.text : null;
  }

  heard(event: KernelLifecycleEvent): void {
    if (event.kind === 'waiting') this.waitsFor = event.text;
    else if (event.kind === 'warned') this.#warning = { text: event.text, at: Date.now() };
    else if (event.kind === 'reattached' || event.kind === 'autorestarted') this.#warning = null;
  }
}
