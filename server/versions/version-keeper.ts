import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../../event-log/blob-store.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { KnownFiles } from './known-files.ts';
import { readHistory } from './read-history.ts';
import { thinVersions } from './thin-versions.ts';
import { OURS } from './version-history.ts';

/** Larger files have no versions. */
export const MOST_KEPT_BYTES = 64 * 1024 * 1024;
/** Contents are packed when saves pause, so that a series of saves is not slowed. */
const PAUSE_MS = 2000;
/** So many contents, of so many bytes, may wait for that; beyond, saves wait. */
const MOST_WAITING = 1000;
const MOST_WAITING_BYTES = 256 * 1024 * 1024;
/** What is not packed by then is left for the next start. */
const CLOSING_MS = 3000;
const FIRST_THINNING_MS = 60_000;

interface Waiting {
  /** Null for what a killed process left. */
  readonly saved: { readonly diskPath: string; readonly stats: Stats } | null;
}

/**
 * Keeps what files hold before a save replaces it (I6). What the server saved is put into the blob store soon after the
 * answer; should the next save come first, the replaced file itself is put aside under its hash by a hard link, or a copy,
 * and followed up later. What another program wrote is put into the store before it is replaced.
 */
export class VersionKeeper {
  readonly #blobs: BlobStore;
  readonly #log: EventLog;
  readonly #aside: string;
  readonly #budgetBytes: number;
  readonly #isOurs: (path: string, stats: Stats) => boolean;
  readonly #warn: (message: string) => void;
  readonly #known = new KnownFiles();
  /** By hash, oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  #pause: NodeJS.Timeout | null = null;
  #thinning: NodeJS.Timeout | null = null;
  #settling: Promise<void> = Promise.resolve();
  #thinned: Promise<void> = Promise.resolve();
  #putSinceThinning = 0;
  /** Since all was settled. */
  #waitingBytes = 0;
  #closeBy = Infinity;

  private constructor(deps: KeeperDependencies) {
    this.#blobs = deps.blobs;
    this.#log = deps.log;
    this.#aside = deps.asideDirectory;
    this.#budgetBytes = deps.budgetBytes;
    this.#isOurs = deps.isOurs ?? (() => false);
    this.#warn = deps.warn;
  }

  static async open(deps: KeeperDependencies): Promise<VersionKeeper> {
    const keeper = new VersionKeeper(deps);
    await mkdir(deps.asideDirectory, { recursive: true, mode: 0o700 });
    const left = (await readdir(deps.asideDirectory)).filter((name) => /^[0-9a-f]{64}$/.test(name));
    for (const sha256 of left) keeper.#wait(sha256, { saved: null });
    return keeper;
  }

  /**
   * Sees to it that what a file holds can be had after it was replaced. Never rejects: that an old version could not be kept
   * is said to the operator, and is no reason to lose the new one.
   * @param inPlace the file itself will be written into
   */
  async keep(path: string, diskPath: string, stats: Stats, inPlace: boolean): Promise<void> {
    try {
      if (stats.size > MOST_KEPT_BYTES) {
        this.#warn(
          `${path} is larger than ${MOST_KEPT_BYTES / 1024 / 1024} MB: what it held is not kept as a version`,
        );
        return;
      }
      const sha256 = this.#known.sha256Of(stats);
      if (sha256 === null) await this.#keepFound(path, diskPath, stats);
      else if (this.#waiting.has(sha256)) await this.#putAside(diskPath, sha256, inPlace);
    } catch (error) {
      this.#warn(`What ${path} held could not be kept as a version: ${String(error)}`);
    }
  }

  /**
   * Notes what the server saved. Resolves with its hash, read anew where it is not given; null for what is too large.
   * @throws the system's error where the file cannot be read any more and no hash was given
   */
  async saved(diskPath: string, sha256: string | null): Promise<string | null> {
    const stats = await stat(diskPath).catch(() => null); // null: replaced or removed by somebody already
    if (stats !== null && stats.size > MOST_KEPT_BYTES) return sha256;
    if (sha256 === null) return this.#put(await readFile(diskPath));
    if (stats === null) return sha256;
    this.#known.learn(stats, sha256);
    this.#wait(sha256, { saved: { diskPath, stats } });
    return sha256;
  }

  /** Puts all that waits into the blob store. */
  settle(): Promise<void> {
    return (this.#settling = this.#settling.then(async () => {
      this.#waitingBytes = 0;
      for (const [sha256, waiting] of [...this.#waiting]) {
        if (Date.now() > this.#closeBy) return;
        await this.#follow(sha256, waiting);
      }
    }));
  }

  /** Idempotent. Neither log nor blobs are closed. */
  async close(): Promise<void> {
    this.#closeBy = Math.min(this.#closeBy, Date.now() + CLOSING_MS);
    if (this.#pause !== null) clearTimeout(this.#pause);
    if (this.#thinning !== null) clearTimeout(this.#thinning);
    await this.settle();
    await this.#thinned;
  }

  async #keepFound(path: string, diskPath: string, stats: Stats): Promise<void> {
    const bytes = await readFile(diskPath);
    const sha256 = await this.#put(bytes);
    this.#known.learn(stats, sha256);
    const data = { path, size: bytes.length, sha256 };
    const actor = this.#isOurs(path, stats) ? OURS : 'server';
    const context = { actor, causedBy: null, frames: [] };
    await this.#log.append('files', [{ type: 'file-found', version: 1, data, ...context }]);
  }

  async #putAside(diskPath: string, sha256: string, inPlace: boolean): Promise<void> {
    if (this.#waiting.size > MOST_WAITING || this.#waitingBytes > MOST_WAITING_BYTES) return this.settle();
    const aside = join(this.#aside, sha256);
    // A link would change with a file that is written into; and not every file can be linked: it may be on another file
    // system, or belong to somebody else.
    if (inPlace || !(await succeeds(link(diskPath, aside))))
      await succeeds(copyFile(diskPath, aside, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE), true);
    // It may have been given up meanwhile.
    if (!this.#waiting.has(sha256)) this.#wait(sha256, { saved: null });
  }

  #wait(sha256: string, waiting: Waiting): void {
    this.#waiting.set(sha256, waiting);
    this.#waitingBytes += waiting.saved?.stats.size ?? 0;
    if (this.#pause !== null) this.#pause.refresh();
    else this.#pause = setTimeout(() => void this.settle(), PAUSE_MS).unref();
  }

  async #follow(sha256: string, waiting: Waiting): Promise<void> {
    const aside = join(this.#aside, sha256);
    try {
      const put = await this.#put(
        await readFile(aside).catch(() => readFile(waiting.saved?.diskPath ?? aside)),
      );
      if (put === sha256 || (await this.#putAgain(aside))) await rm(aside, { force: true });
      // Somebody else has written there. Whoever replaces that keeps it as found.
      else this.#forget(waiting);
    } catch (error) {
      this.#forget(waiting);
      // Renamed or deleted before it was read: the next save there finds it unknown, and keeps it first.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#warn(`A version could not be kept: ${String(error)}`);
      }
    }
    if (this.#waiting.get(sha256) === waiting) this.#waiting.delete(sha256);
  }

  /** What was put aside while the file was being read; answers whether anything was. */
  async #putAgain(aside: string): Promise<boolean> {
    const bytes = await readFile(aside).catch(() => null);
    if (bytes !== null) await this.#put(bytes);
    return bytes !== null;
  }

  #forget({ saved }: Waiting): void {
    if (saved !== null) this.#known.forget(saved.stats);
  }

  async #put(bytes: Buffer): Promise<string> {
    const { id } = await this.#blobs.put(bytes);
    this.#putSinceThinning += bytes.length;
    this.#thinning ??= setTimeout(() => this.#thinLater(), FIRST_THINNING_MS).unref();
    if (this.#putSinceThinning > this.#budgetBytes / 20) this.#thinLater();
    return id;
  }

  #thinLater(): void {
    this.#putSinceThinning = 0;
    if (this.#closeBy === Infinity) this.#thinned = this.#thinned.then(() => this.#thin());
  }

  async #thin(): Promise<void> {
    try {
      await thinVersions(this.#blobs, await readHistory(this.#log), this.#budgetBytes);
    } catch (error) {
      this.#warn(`Old versions could not be removed: ${String(error)}`);
    }
  }
}

/** Answers whether it could be done, or was done before; other failures count as "no", or are thrown. */
async function succeeds(work: Promise<void>, throws = false): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return true;
    if (throws) throw error;
    return false;
  }
}

export interface KeeperDependencies {
  readonly blobs: BlobStore;
  readonly log: EventLog;
  /** Where replaced files wait to be packed; best on the file system of the files. */
  readonly asideDirectory: string;
  readonly budgetBytes: number;
  /** Whether the server has written it unasked, outputs into a notebook. */
  readonly isOurs?: (path: string, stats: Stats) => boolean;
  /** Told what an operator should know, one sentence a call. */
  readonly warn: (message: string) => void;
}
