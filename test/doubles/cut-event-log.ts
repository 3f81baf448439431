import { EventLogError } from '../../event-log/event-log.ts';
import type { AppendOptions } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';

/** A log whose process dies at a chosen write: that one may have reached the disk, later ones do not. */
export class CutEventLog extends MemoryEventLog {
  #left = Infinity;
  #isLastWritten = false;

  /** @param isLastWritten the write that nobody hears of is in the log all the same */
  cutAfter(writes: number, isLastWritten: boolean): void {
    this.#left = writes;
    this.#isLastWritten = isLastWritten;
  }

  mend(): void {
    this.#left = Infinity;
  }

  override async append(
    stream: string,
    events: readonly NewEvent[],
    options?: AppendOptions,
  ): Promise<number> {
    if (!this.#goesOn()) {
      if (this.#left === -1 && this.#isLastWritten) await super.append(stream, events, options);
      throw new EventLogError('EVENT_LOG_IO_FAILED', 'The process has died.');
    }
    return super.append(stream, events, options);
  }

  override async trim(stream: string, through: number): Promise<void> {
    if (!this.#goesOn()) throw new EventLogError('EVENT_LOG_IO_FAILED', 'The process has died.');
    await super.trim(stream, through);
  }

  #goesOn(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }
}
