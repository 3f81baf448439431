import { EventLogError } from '../../event-log/event-log.ts';
import type { ReadOptions } from '../../event-log/event-log.ts';
import type { StoredEvent } from '../../event-log/event.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';

/** A log on a disk that turned over bits: chosen events of it can be read no more. */
export class DamagedEventLog extends MemoryEventLog {
  readonly #damaged = new Map<string, number>();

  damage(stream: string, sequence: number): void {
    this.#damaged.set(stream, sequence);
  }

  override async *read(stream: string, options?: ReadOptions): AsyncIterable<StoredEvent> {
    for await (const event of super.read(stream, options)) {
      const { sequence } = event;
      if (this.#damaged.get(stream) === sequence)
        throw new EventLogError('EVENT_LOG_DAMAGED', `Event ${sequence} of ${stream} cannot be read.`, {
          position: { stream, sequence },
        });
      yield event;
    }
  }
}
