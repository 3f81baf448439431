import type { LiveClock } from '../live/live-clock.ts';
import type { LiveDocument } from '../live/live-document.ts';
import type { LiveContentProvider } from './live-content-provider.ts';

/** The server writes the file soon after each change; who lists files need not hear of each time. */
const PAUSE = 10_000;

/** Tells JupyterLab when the server has written the file of a document by itself. */
export function tellSaves(document: LiveDocument, provider: LiveContentProvider, clock: LiveClock): void {
  const state = document.ydoc.getMap('state');
  let cancel: (() => void) | null = null;
  state.observe(({ keysChanged }) => {
    if (!keysChanged.has('hash') || cancel !== null) return;
    cancel = clock.after(PAUSE, () => {
      cancel = null;
      // The next time tells what this one could not.
      provider.tellSaved(document).catch(() => undefined);
    });
  });
  document.disposed.connect(() => cancel?.());
}
