import { setTimeout as delay } from 'node:timers/promises';
import type { DocumentAttachment, SharedDocument } from '../shared-document.ts';

/** In milliseconds: a page that hears of a save asks for the file's model before it knows the file's new hash. */
const ON_ITS_WAY = 250;
/** Documents are not saved more often than that, but by those who ask for it. */
const LONGEST = 2000;

/**
 * When pages know the hash that a file was saved with. JupyterLab asks for the file's hash before it saves, and takes one
 * that it does not know yet for another program's change.
 */
export class HashNews {
  readonly #changed = new WeakMap<SharedDocument, number>();

  readonly attachment: DocumentAttachment = (document) => {
    const { ystate } = document.model;
    const observe = ({ keysChanged }: { readonly keysChanged: ReadonlySet<unknown> }): void => {
      if (keysChanged.has('hash')) this.#changed.set(document, performance.now());
    };
    ystate.observe(observe);
    return {
      close() {
        ystate.unobserve(observe);
        return Promise.resolve();
      },
    };
  };

  /** Resolves once those who have it open know what it was saved as last. */
  async known(document: SharedDocument): Promise<void> {
    const end = performance.now() + LONGEST;
    for (;;) {
      const left = (this.#changed.get(document) ?? -Infinity) + ON_ITS_WAY - performance.now();
      if (left <= 0 || performance.now() > end) return;
      await delay(left);
    }
  }
}
