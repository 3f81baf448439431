import type { StoredEvent } from '../../event-log/event.ts';

/** One state of a file that the log knows of. */
export interface FileVersion {
  /** The sequence of its event in the stream `files`. */
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Who saved it; null for what another program wrote and the server found. */
  readonly actor: string | null;
  readonly size: number;
  readonly sha256: string;
}

/** Who a found version is noted by that was no other program's: the server had written outputs into it. */
export const OURS = 'In the Loop';

interface History {
  versions: FileVersion[];
  isDeleted: boolean;
}

type OfFile = Extract<StoredEvent, { type: `file-${string}` }>;

/** The versions of every file, folded from the stream `files`. They follow renames and copies, of folders too. */
export class VersionHistory {
  readonly #files = new Map<string, History>();

  /** Events in their order. */
  apply(event: StoredEvent): void {
    if (isOfFile(event)) this.#follow(event);
  }

  #follow(event: OfFile): void {
    switch (event.type) {
      case 'file-saved':
      case 'file-found': {
        const { path, size, sha256 } = event.data;
        const actor = event.type === 'file-saved' || event.actor === OURS ? event.actor : null;
        if (sha256 !== null) this.#add(path, { id: event.sequence, time: event.time, actor, size, sha256 });
        return;
      }
      case 'file-renamed':
        for (const [path, history] of this.#at(event.data.from)) {
          this.#files.delete(path);
          this.#put(event.data.to + path.slice(event.data.from.length), history);
        }
        return;
      case 'file-copied':
        for (const [path, { versions, isDeleted }] of this.#at(event.data.from)) {
          if (!isDeleted)
            this.#put(event.data.to + path.slice(event.data.from.length), { versions, isDeleted });
        }
        return;
      case 'file-deleted':
        for (const [, history] of this.#at(event.data.path)) history.isDeleted = true;
        return;
    }
  }

  /** Oldest first. */
  of(path: string): readonly FileVersion[] {
    return this.#files.get(path)?.versions ?? [];
  }

  *files(): Iterable<{ readonly versions: readonly FileVersion[]; readonly isDeleted: boolean }> {
    yield* this.#files.values();
  }

  #add(path: string, version: FileVersion): void {
    const history = this.#files.get(path) ?? { versions: [], isDeleted: false };
    this.#files.set(path, history);
    history.isDeleted = false;
    const last = history.versions.at(-1);
    if (last?.sha256 !== version.sha256) history.versions.push(version);
    else if (last.actor === null) history.versions[history.versions.length - 1] = { ...version, id: last.id };
  }

  /** What another file had under that name stays within reach. */
  #put(path: string, history: History): void {
    const before = this.#files.get(path)?.versions ?? [];
    const byId = new Map([...before, ...history.versions].map((version) => [version.id, version]));
    const versions = [...byId.values()].sort((a, b) => a.id - b.id);
    this.#files.set(path, { versions, isDeleted: history.isDeleted });
  }

  #at(path: string): [string, History][] {
    return [...this.#files].filter(([each]) => each === path || each.startsWith(`${path}/`));
  }
}

function isOfFile(event: StoredEvent): event is OfFile {
  return event.type.startsWith('file-');
}
