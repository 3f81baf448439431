import type { KernelMessage } from '../protocol/message.ts';

/** Far more than a kernel works on at once; beyond it some end was missed. */
const MOST = 10_000;
/** Of a kernel that was met while it may have been busy. */
const UNKNOWN = '';

/**
 * Whether a kernel is at work, by its own word. Each request is counted by itself: a kernel answers on control while it
 * runs a cell, and says that it is idle when it has.
 */
export class BusyRequests {
  readonly #ids = new Set<string>();

  /** @param isKnown false where nobody knows what it is doing: it counts as busy until `settle` */
  constructor(isKnown: boolean) {
    if (!isKnown) this.#ids.add(UNKNOWN);
  }

  get any(): boolean {
    return this.#ids.size > 0;
  }

  /** All that was unknown is done. */
  settle(): void {
    this.#ids.delete(UNKNOWN);
  }

  heard({ channel, header, parentHeader, frames }: KernelMessage): void {
    if (channel !== 'iopub' || header.msg_type !== 'status' || parentHeader === null) return;
    const content = Buffer.from(frames[3] ?? []);
    if (content.includes('"idle"')) this.#ids.delete(parentHeader.msg_id);
    else if (content.includes('"busy"') && this.#ids.size < MOST) this.#ids.add(parentHeader.msg_id);
  }
}
