import type { BlobId, BlobStore } from '../../event-log/blob-store.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import { readRunText, RunTextGoneError, type LoggedText } from './read-run-text.ts';
import type { TextSource } from './run-text-routes.ts';

interface KeptText {
  readonly blob: BlobId;
  readonly bytes: number;
}

const STREAM = 'texts';

/**
 * All that runs printed: where it is still in their kernels' streams it is read from there, so that it is on disk once; what
 * those are about to lose is put into blobs, packed.
 */
export class RunTextStore {
  readonly #log: EventLog;
  readonly #blobs: BlobStore;
  readonly #kept = new Map<string, KeptText>();

  private constructor({ log, blobs }: { readonly log: EventLog; readonly blobs: BlobStore }) {
    this.#log = log;
    this.#blobs = blobs;
  }

  /** @throws EventLogError */
  static async open(deps: { readonly log: EventLog; readonly blobs: BlobStore }): Promise<RunTextStore> {
    const store = new RunTextStore(deps);
    for await (const event of deps.log.read(STREAM))
      if (event.type === 'run-text-kept') store.#kept.set(keyOf(event.data), event.data);
    return store;
  }

  /** What is kept apart of a run that may be known no longer. */
  findKept(runId: string, name: string): TextSource | null {
    const kept = this.#kept.get(keyOf({ runId, name }));
    if (kept === undefined) return null;
    return { bytes: kept.bytes, read: (start, end) => this.#blobs.stream(kept.blob, { start, end }) };
  }

  /** @returns null where its kernel's stream has lost it */
  async findLogged(logged: LoggedText): Promise<TextSource | null> {
    const { kernelId, text } = logged;
    for await (const { sequence } of this.#log.read(`kernel/${kernelId}`, {
      after: text.first - 1,
      limit: 1,
    }))
      if (sequence === text.first)
        return { bytes: text.bytes, read: (start, end) => readRunText(this.#log, logged, start, end) };
    return null;
  }

  /**
   * Puts a text that grows no more into a blob, once.
   * @throws EventLogError; BlobStoreError; RunTextGoneError where the stream has lost some of it already
   */
  async keep(logged: LoggedText): Promise<void> {
    const { kernelId, runId, name, text } = logged;
    if (this.#kept.has(keyOf(logged))) return;
    const { id, size } = await this.#blobs.put(readRunText(this.#log, logged, 0, text.bytes));
    if (size !== text.bytes) throw new RunTextGoneError(`Run ${runId} printed more than can be read.`);
    const data = { runId, kernelId, name, bytes: size, blob: id };
    const event: NewEvent = {
      type: 'run-text-kept',
      version: 1,
      data,
      actor: 'server',
      causedBy: null,
      frames: [],
    };
    await this.#log.append(STREAM, [event]);
    this.#kept.set(keyOf(data), data);
  }
}

function keyOf({ runId, name }: { readonly runId: string; readonly name: string }): string {
  return `${name} ${runId}`;
}
