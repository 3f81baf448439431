import type { KernelLifecycleEvent } from '../kernel.ts';
import { MalformedError } from '../hosted/codec/malformed-error.ts';
import type { Entry } from '../supervisor/link/entry.ts';

/** Twice what a supervisor sends before it waits for acknowledgements (O2), for one of another version may send more. */
const WINDOW_BYTES = 32 * 1024 * 1024;

/**
 * Whether what a supervisor elsewhere sends of one kernel is numbered without gaps and repetitions, and no more than was
 * asked for. Such a machine is not ours: a mistake of it, or a lie, must lose nothing silently.
 */
export class PositionCheck {
  #heard = 0;
  #heardAt = new Date();
  /** The position behind which some were missing once: such a connection is ended, and what is missing is asked for again. */
  #missingBehind: number | null = null;
  #underWay: { readonly position: number; readonly bytes: number }[] = [];
  #underWayBytes = 0;

  attach(after: number, acknowledged: number): void {
    this.#heard = after;
    this.acknowledge(acknowledged);
  }

  acknowledge(position: number): void {
    while ((this.#underWay[0]?.position ?? Infinity) <= position)
      this.#underWayBytes -= this.#underWay.shift()?.bytes ?? 0;
  }

  /**
   * @returns what comes before the entry: nothing, or a gap in the place of those that are missing for good
   * @throws MalformedError for an entry that may not come now
   */
  entry(position: number, bytes: number, event: KernelLifecycleEvent | null): Entry | null {
    const next = this.#heard + 1;
    if (this.#underWayBytes >= WINDOW_BYTES)
      throw new MalformedError('it sends more than a window holds, and does not wait');
    if (position < next) throw new MalformedError(`position ${position} comes after ${this.#heard}`);
    // A spool that was damaged says so itself, in the place of the last that is missing (B4).
    const isMissing = position > next && event?.kind !== 'reattached';
    if (isMissing && this.#missingBehind !== this.#heard) {
      this.#missingBehind = this.#heard;
      throw new MalformedError(`position ${position} comes after ${this.#heard}`);
    }
    const missing = isMissing ? position - next : 0;
    const gap = isMissing
      ? this.gap(
          position - 1,
          `${missing} ${missing === 1 ? 'message' : 'messages'} of this kernel never came.`,
        )
      : null;
    this.#heard = position;
    this.#heardAt = new Date();
    this.#underWay.push({ position, bytes });
    this.#underWayBytes += bytes;
    return gap;
  }

  /** @param why a sentence for people */
  gap(position: number, why: string): Entry {
    const event = {
      kind: 'reattached',
      silentFrom: this.#heardAt.toISOString(),
      silentUntil: new Date().toISOString(),
      why,
    } as const;
    return { position, kind: 'lifecycle', event };
  }
}
