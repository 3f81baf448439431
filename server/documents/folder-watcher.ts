import type { FSWatcher } from 'node:fs';
import { statSync, watch } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** An editor that saves makes several changes at once. */
const QUIET_MS = 60;

/** File systems of other machines, which do not tell what those do there (their magic numbers in statfs). */
const REMOTE = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x5346414f, 'AFS'],
]);

interface Listener {
  readonly name: string;
  readonly changed: () => void;
  timer: NodeJS.Timeout | null;
}

interface Folder {
  readonly listeners: Set<Listener>;
  watcher: FSWatcher | null;
  /** Waits for the folder to be there, where it is not. */
  awaiting: { close(): void } | null;
}

/** Tells of changes of files: one watcher for each folder that holds any of them, whatever their number. */
export class FolderWatcher {
  readonly #warn: (message: string) => void;
  readonly #folders = new Map<string, Folder>();
  readonly #warned = new Set<string>();

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Whether the folder of a file could be watched. */
  isWatched(diskPath: string): boolean {
    return this.#folders.get(dirname(diskPath))?.watcher != null;
  }

  /** @param changed is called a moment after somebody may have changed what has this path: created, removed, written */
  watch(diskPath: string, changed: () => void): { close(): void } {
    const directory = dirname(diskPath);
    let folder = this.#folders.get(directory);
    if (folder === undefined) {
      folder = { listeners: new Set(), watcher: null, awaiting: null };
      this.#folders.set(directory, folder);
      this.#open(directory, folder);
    }
    const listener: Listener = { name: basename(diskPath), changed, timer: null };
    folder.listeners.add(listener);
    const of = folder;
    return {
      close: () => {
        if (listener.timer !== null) clearTimeout(listener.timer);
        of.listeners.delete(listener);
        if (of.listeners.size === 0 && this.#folders.get(directory) === of) this.#forget(directory, of);
      },
    };
  }

  close(): void {
    for (const [directory, folder] of [...this.#folders]) {
      for (const { timer } of folder.listeners) if (timer !== null) clearTimeout(timer);
      folder.listeners.clear();
      this.#forget(directory, folder);
    }
  }

  #forget(directory: string, folder: Folder): void {
    this.#folders.delete(directory);
    folder.watcher?.close();
    folder.awaiting?.close();
    folder.watcher = folder.awaiting = null;
  }

  #open(directory: string, folder: Folder): void {
    try {
      const watched = statSync(directory);
      const watcher = watch(directory, { persistent: false }, (_event, name) => {
        this.#tell(folder, name);
        // Its own end comes as a change of its name.
        if (name === null || name === basename(directory)) this.#check(directory, folder, watched.ino);
      });
      watcher.on('error', (error) => this.#lost(directory, folder, error));
      folder.watcher = watcher;
      void this.#sayWhereRemote(directory);
    } catch (error) {
      this.#lost(directory, folder, error);
    }
  }

  #check(directory: string, folder: Folder, inode: number): void {
    if (statSync(directory, { throwIfNoEntry: false })?.ino === inode || folder.watcher === null) return;
    folder.watcher.close();
    folder.watcher = null;
    this.#open(directory, folder);
    this.#tell(folder, null);
  }

  #lost(directory: string, folder: Folder, error: unknown): void {
    folder.watcher?.close();
    folder.watcher = null;
    if (this.#folders.get(directory) !== folder) return;
    const isMissing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    if (!isMissing) {
      this.#say(
        directory,
        `Changes on disk in ${directory} are noticed only when a document there is opened or saved: ${String(error)}`,
      );
    } else if (dirname(directory) !== directory) {
      // What brings it back (a checkout, a move) is a change of the folder that it was in.
      folder.awaiting ??= this.watch(directory, () => {
        if (folder.watcher !== null || statSync(directory, { throwIfNoEntry: false }) === undefined) return;
        folder.awaiting?.close();
        folder.awaiting = null;
        this.#open(directory, folder);
        this.#tell(folder, null);
      });
    }
  }

  /** @param name null: it may be any */
  #tell(folder: Folder, name: string | null): void {
    for (const listener of folder.listeners) {
      if (name !== null && name !== listener.name) continue;
      if (listener.timer !== null) clearTimeout(listener.timer);
      listener.timer = setTimeout(() => {
        listener.timer = null;
        listener.changed();
      }, QUIET_MS).unref();
    }
  }

  async #sayWhereRemote(directory: string): Promise<void> {
    const type = await statfs(directory).then(
      (found) => REMOTE.get(found.type),
      () => undefined, // gone again
    );
    if (type === undefined) return;
    this.#say(
      directory,
      `${directory} is on ${type}: what other machines change there is noticed only when a document is opened or saved.`,
    );
  }

  #say(directory: string, message: string): void {
    if (this.#warned.has(directory) || this.#warned.size > 1000) return;
    this.#warned.add(directory);
    this.#warn(message);
  }
}
