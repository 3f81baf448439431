import { YCodeCell } from '@jupyter/ydoc';
import type * as Y from 'yjs';

/**
 * Of two who set a cell's `execution_state` or `execution_count` at the same moment one loses. Yjs names the key as changed
 * to whoever hears of the loser later, without a change, and @jupyter/ydoc 4.2 then throws in the middle of the
 * transaction: what else the update had would not be shown. Done once, for all cells.
 */
export function overlookLostWrites(): void {
  // What it does is protected; nobody else has it to do.
  const prototype = YCodeCell.prototype as unknown as Patched;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const { getChanges } = prototype;
  prototype.getChanges = function (events) {
    for (const event of events) {
      if (event.target !== this.ymodel) continue;
      const keysChanged = (event as Y.YMapEvent<unknown>).keysChanged as Set<string>;
      for (const key of [...keysChanged]) if (!event.changes.keys.has(key)) keysChanged.delete(key);
    }
    return getChanges.call(this, events);
  };
}

interface Patched {
  getChanges: (this: YCodeCell, events: readonly Y.YEvent<Y.Map<unknown>>[]) => unknown;
}

const patched = new WeakSet<object>();
