import type { Awareness } from 'y-protocols/awareness';
import { Coalesced } from '../coalesced.ts';

/** Milliseconds: what changes meanwhile is shown together. */
const SHOW_DELAY = 100;
/** How often it is looked for pages that have fallen silent, while there are others. */
const SILENCE_CHECK = 4_000;

/** Calls back soon after a change of others' states, and while there are others now and then. @returns ends it */
export function watchAwareness(awareness: Awareness, changed: () => void): () => void {
  const soon = new Coalesced(changed, SHOW_DELAY);
  const request = (): void => soon.request();
  awareness.on('change', request);
  const timer = setInterval(() => {
    if (awareness.getStates().size > 1) changed();
  }, SILENCE_CHECK);
  request();
  const end = (): void => {
    clearInterval(timer);
    soon.cancel();
    awareness.off('change', request);
  };
  awareness.on('destroy', end);
  return end;
}
