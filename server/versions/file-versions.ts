import type { BlobStore } from '../../event-log/blob-store.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { cellsOf, changedCells } from './notebook-cells.ts';
import { readHistory } from './read-history.ts';
import { VersionError } from './version-error.ts';
import type { FileVersion } from './version-history.ts';
import { MOST_KEPT_BYTES } from './version-keeper.ts';

/** A version as `in-the-loop versions` shows it. */
export interface ListedVersion extends FileVersion {
  /** `thinned`: removed to make room; `too-large`: never kept. */
  readonly content: 'kept' | 'thinned' | 'too-large';
  /** Null for what is no notebook, or not kept. */
  readonly cells: number | null;
  /** Since the version before it, if both are kept. */
  readonly changedCells: number | null;
}

/** What a restoring did. */
export interface Restored {
  readonly path: string;
  readonly version: number;
  /** It was already that. */
  readonly unchanged: boolean;
  /** The version that holds what was there before; null where nothing was, or it is not known. */
  readonly before: number | null;
}

/** Earlier versions of files, for people: listed and put back. */
export class FileVersions {
  readonly #log: EventLog;
  readonly #blobs: BlobStore;
  readonly #settle: () => Promise<void>;
  readonly #exists: (path: string) => Promise<boolean>;
  readonly #save: (path: string, bytes: Buffer, actor: string) => Promise<void>;

  /** @param deps.settle puts into the store what still waits for it; `save` is an ordinary save of exactly these bytes */
  constructor(deps: {
    readonly log: EventLog;
    readonly blobs: BlobStore;
    readonly settle: () => Promise<void>;
    readonly exists: (path: string) => Promise<boolean>;
    readonly save: (path: string, bytes: Buffer, actor: string) => Promise<void>;
  }) {
    this.#log = deps.log;
    this.#blobs = deps.blobs;
    this.#settle = deps.settle;
    this.#exists = deps.exists;
    this.#save = deps.save;
  }

  /** Oldest first; empty where there are none. */
  async known(path: string): Promise<readonly FileVersion[]> {
    await this.#settle();
    return (await readHistory(this.#log)).of(path);
  }

  isKept({ sha256 }: FileVersion): Promise<boolean> {
    return this.#blobs.has(sha256);
  }

  /** null where it is not kept. @throws BlobStoreError */
  async content(version: FileVersion): Promise<Buffer | null> {
    return (await this.isKept(version)) ? this.#blobs.get(version.sha256) : null;
  }

  /** Oldest first. @throws VersionError where there are none */
  async *list(path: string): AsyncIterable<ListedVersion> {
    let before: ReadonlyMap<string, string> | null = null;
    for (const version of await this.#versionsOf(path)) {
      const kept = await this.#blobs.has(version.sha256);
      const content = kept ? 'kept' : version.size > MOST_KEPT_BYTES ? 'too-large' : 'thinned';
      const isNotebook = kept && path.endsWith('.ipynb');
      const cells = isNotebook ? cellsOf(await this.#blobs.get(version.sha256)) : null;
      const changed = before !== null && cells !== null ? changedCells(before, cells) : null;
      yield { ...version, content, cells: cells?.size ?? null, changedCells: changed };
      before = cells;
    }
  }

  /** Saves a version's bytes as the file's present ones, or another file's. @throws VersionError */
  async restore(path: string, id: number, to: string, actor: string): Promise<Restored> {
    const version = (await this.#versionsOf(path)).find((each) => each.id === id);
    if (version === undefined) {
      throw new VersionError(
        `${path} has no version ${id}; \`in-the-loop versions\` lists those that it has`,
      );
    }
    if (!(await this.#blobs.has(version.sha256))) {
      throw new VersionError(
        version.size > MOST_KEPT_BYTES
          ? `version ${id} of ${path} was too large to be kept`
          : `version ${id} of ${path} is gone: the oldest ones make room for new ones`,
      );
    }
    const wasThere = await this.#exists(to);
    const past = (await readHistory(this.#log)).of(to).at(-1);
    await this.#save(to, await this.#blobs.get(version.sha256), actor);
    const versions = (await readHistory(this.#log)).of(to);
    const unchanged = wasThere && past !== undefined && past.id === versions.at(-1)?.id;
    return {
      path: to,
      version: id,
      unchanged,
      before: wasThere ? (versions.at(unchanged ? -1 : -2)?.id ?? null) : null,
    };
  }

  async #versionsOf(path: string): Promise<readonly FileVersion[]> {
    const versions = await this.known(path);
    if (versions.length > 0) return versions;
    throw new VersionError(
      `${path} has no versions: it was never saved through In the Loop, or has another name`,
    );
  }
}
