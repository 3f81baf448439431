import type { EventLog, StreamAppend } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import type { DocumentIdentity } from '../shared-document.ts';

/** A change that is in the document and not yet in the log. */
export interface LoggedUpdate {
  readonly actor: string;
  /** Empty where it changed nothing, and only what goes together with it is to be committed. */
  readonly update: Uint8Array;
  /** What is committed to other streams with it. */
  readonly together: readonly StreamAppend[];
}

export interface StoredHistory {
  /** Yjs updates whose sum is the document. */
  readonly updates: readonly Uint8Array[];
  /** In which order the cells were removed that are remembered in the compacted state; null where that is not known. */
  readonly removed: Uint8Array | null;
  /** Bytes of the compacted state among them; 0 where there is none. */
  readonly stateBytes: number;
  /** How many updates come behind it. */
  readonly tailUpdates: number;
  readonly tailBytes: number;
}

/** A document as one update. */
export interface CompactedState {
  readonly update: Uint8Array;
  /** As in `StoredHistory`. */
  readonly removed: Uint8Array | null;
}

type History = Pick<DocumentIdentity, 'documentId' | 'epoch'>;

/** Of an epoch that began because the history before it was damaged. */
export function streamOfEpoch({ documentId, epoch }: History): string {
  return `document:${documentId}:${epoch}`;
}

/** The stream that a document's history is in. @throws EventLogError */
export async function streamOf(log: EventLog, history: History): Promise<string> {
  const own = streamOfEpoch(history);
  return (await log.lastSequence(own)) > 0 ? own : `document:${history.documentId}`;
}

/** All that the log has of a document: streams of earlier epochs, too, and what is damaged. */
export async function streamsOf(log: EventLog, documentId: string): Promise<readonly string[]> {
  const streams: string[] = [];
  for await (const stream of log.streams(`document:${documentId}`)) streams.push(stream);
  return streams;
}

/** When its last change was stored, in milliseconds since the epoch; null where that is not known. */
export async function changedAt(log: EventLog, history: History): Promise<number | null> {
  const stream = await streamOf(log, history);
  const last = await log.lastSequence(stream);
  try {
    for await (const { time } of log.read(stream, { after: last - 1 })) return time;
  } catch {
    // Damaged: whoever opens the document is told.
  }
  return null;
}

/** One document's history in the log. */
export class DocumentLog {
  readonly #log: EventLog;
  readonly #stream: string;

  constructor(log: EventLog, stream: string) {
    this.#log = log;
    this.#stream = stream;
  }

  /** @throws EventLogError */
  async read(): Promise<StoredHistory> {
    let state: Uint8Array | null = null;
    let removed: Uint8Array | null = null;
    let tail: Uint8Array[] = [];
    let isTrimmed = true;
    let compacted = 0;
    for await (const { type, frames, sequence } of this.#log.read(this.#stream)) {
      if (type === 'document-compacted') {
        isTrimmed = state === null && tail.length === 0;
        state = frames[0] ?? null;
        removed = frames[1] ?? null;
        tail = [];
        compacted = sequence;
      } else tail.push(...frames);
    }
    // A crash came between the writing of the state and the removal of what it stands for.
    if (!isTrimmed) await this.#log.trim(this.#stream, compacted - 1);
    return {
      updates: state === null ? tail : [state, ...tail],
      removed,
      stateBytes: state?.length ?? 0,
      tailUpdates: tail.length,
      tailBytes: tail.reduce((sum, { length }) => sum + length, 0),
    };
  }

  /**
   * Commits updates in order, together or not at all; with `state` (the sum of all, these included), all that is before
   * it is removed then.
   * @throws EventLogError where nothing was committed
   */
  async append(updates: readonly LoggedUpdate[], state: CompactedState | null): Promise<void> {
    const events = eventsOf(updates);
    if (state !== null) {
      const frames = [state.update, ...(state.removed === null ? [] : [state.removed])];
      events.push({ type: 'document-compacted', version: 1, data: {}, ...SERVER, frames });
    }
    const together = updates.flatMap((update) => update.together);
    const last = await this.#log.append(this.#stream, events, { together });
    // What is not removed now is removed when it is read next, or with the next state.
    if (state !== null) void this.#log.trim(this.#stream, last - 1).catch(() => undefined);
  }
}

const SERVER = { actor: 'server', causedBy: null } as const;

/** Neighbours of one actor go into one event: they share its envelope. */
function eventsOf(updates: readonly LoggedUpdate[]): NewEvent[] {
  const events: NewEvent[] = [];
  let frames: Uint8Array[] = [];
  let of: string | null = null;
  for (const { actor, update } of updates) {
    if (update.length === 0) continue;
    if (actor !== of) {
      of = actor;
      frames = [];
      events.push({ type: 'document-updated', version: 1, data: {}, actor, causedBy: null, frames });
    }
    frames.push(update);
  }
  return events;
}
