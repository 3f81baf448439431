import { z } from 'zod';
import type { EventLog } from '../../event-log/event-log.ts';
import { threadStream } from './agent-threads.ts';
import { sourceHash } from './shared-cell.ts';
import type { StoredTurnEvent } from './stored-turn-event.ts';

const seenSchema = z.object({ seen: z.record(z.string(), z.string()) });

/**
 * Which sources a model knows, as they were when it was told of them: what it writes anew is not to undo what somebody has typed since.
 * By cell, the hash of its source. Kept with the events of the turn, so that it is the same after a restart.
 */
export class SeenCells {
  readonly #hashes = new Map<string, string>();

  /** What the events of a turn say. @throws EventLogError */
  static async load(log: EventLog, threadId: string, turnId: string): Promise<SeenCells> {
    const seen = new SeenCells();
    for await (const event of log.read(threadStream(threadId))) {
      const { type, data } = event as StoredTurnEvent;
      if (data.turnId !== turnId) continue;
      if (type === 'turn-started') seen.#add({ seen: data.seen });
      if (type === 'tool-ended') seen.#add(data.result.details);
    }
    return seen;
  }

  /** @returns what is to be kept with the result that tells of these sources */
  told(cells: Iterable<readonly [cellId: string, source: string]>): Readonly<Record<string, string>> {
    const hashes = Object.fromEntries([...cells].map(([id, source]) => [id, sourceHash(source)]));
    this.#add({ seen: hashes });
    return hashes;
  }

  knows(cellId: string, source: string): boolean {
    return this.#hashes.get(cellId) === sourceHash(source);
  }

  /** Whether it was told of the cell, be that as it may now. */
  hasMet(cellId: string): boolean {
    return this.#hashes.has(cellId);
  }

  #add(details: unknown): void {
    const read = seenSchema.safeParse(details);
    if (read.success) for (const [id, hash] of Object.entries(read.data.seen)) this.#hashes.set(id, hash);
  }
}
