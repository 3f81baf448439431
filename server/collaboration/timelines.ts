import { randomUUID } from 'node:crypto';
import { YFile, YNotebook } from '@jupyter/ydoc';
import { applyUpdate } from 'yjs';
import type { SharedDocument } from '../shared-document.ts';
import type { TransientRooms } from './transient-rooms.ts';

/** In one look into the past: the slider has no more places to stand. */
const MOST_VERSIONS = 200;
/** At once, each a copy of a document; the oldest is given up for a new one. */
const MOST_TIMELINES = 20;

/** Makes a copy of a document what it once was, by the smallest change. To be called within a transaction. */
export type Restorer = (model: YNotebook | YFile) => void;

/** Earlier states of files. */
export interface DocumentVersions {
  /** Those that are kept, oldest first; `time` in milliseconds since the epoch. */
  kept(path: string): Promise<readonly { readonly id: number; readonly time: number }[]>;
  /** null where it is no longer kept */
  restorer(path: string, id: number): Promise<Restorer | null>;
  /** Of the state that the document has now. */
  snapshot(model: YNotebook | YFile): Restorer;
}

interface Timeline {
  readonly model: YNotebook | YFile;
  readonly path: string;
  readonly versions: readonly number[];
  readonly present: Restorer;
  /** Which of the versions is shown; the last is the present. */
  place: number;
}

/**
 * What jupyter-collaboration's slider walks through: the saved versions of a file, in a copy of its document with the same
 * history. A page that showed one of them and comes back to the document brings along what is different: so its client
 * restores.
 */
export class Timelines {
  readonly #rooms: TransientRooms;
  readonly #versions: DocumentVersions;
  readonly #timelines = new Map<string, Timeline>();

  constructor(rooms: TransientRooms, versions: DocumentVersions) {
    this.#rooms = rooms;
    this.#versions = versions;
  }

  /** @param document is saved: its last version is the present */
  async open(
    document: SharedDocument,
  ): Promise<{ readonly forkRoom: string; readonly timestamps: readonly number[] }> {
    const { path } = document;
    const state = await document.stateSince(new Uint8Array());
    const model = copyOf(document, state);
    const versions = (await this.#versions.kept(path)).slice(-MOST_VERSIONS);
    const shown = versions.length > 0 ? versions : [{ id: 0, time: Date.now() }];
    const forkRoom = randomUUID().replaceAll('-', '');
    this.#rooms.keep(forkRoom, model.ydoc);
    this.#timelines.set(forkRoom, {
      model,
      path,
      versions: shown.map(({ id }) => id),
      present: this.#versions.snapshot(model),
      place: shown.length - 1,
    });
    for (const oldest of this.#timelines.keys()) {
      if (this.#timelines.size <= MOST_TIMELINES) break;
      this.#timelines.delete(oldest);
      this.#rooms.drop(oldest);
    }
    return { forkRoom, timestamps: shown.map(({ time }) => time / 1000) };
  }

  has(forkRoom: string): boolean {
    return this.#timelines.has(forkRoom);
  }

  /** Shows another version. @returns false where there is none in that direction */
  async move(forkRoom: string, steps: number): Promise<boolean> {
    const timeline = this.#timelines.get(forkRoom);
    if (timeline === undefined) return false;
    const { model, path, versions, present } = timeline;
    const place = Math.min(Math.max(timeline.place + steps, 0), versions.length - 1);
    if (place === timeline.place) return false;
    timeline.place = place;
    const isPresent = place === versions.length - 1;
    const restorer = isPresent ? present : await this.#versions.restorer(path, versions[place] ?? 0);
    // While it was read, the slider may have gone on.
    if (restorer !== null && timeline.place === place) model.ydoc.transact(() => restorer(model));
    return true;
  }

  /** The page goes back to the document, with what it shows. */
  end(forkRoom: string): void {
    this.#timelines.delete(forkRoom);
    this.#rooms.release(forkRoom);
  }
}

function copyOf({ kind }: SharedDocument, state: Uint8Array): YNotebook | YFile {
  const model = kind.type === 'notebook' ? new YNotebook() : new YFile();
  model.awareness.destroy();
  model.undoManager.destroy();
  applyUpdate(model.ydoc, state);
  return model;
}
