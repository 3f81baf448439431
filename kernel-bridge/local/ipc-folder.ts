import { existsSync } from 'node:fs';
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** sun_path holds 108 bytes with its final zero on Linux, 104 on macOS. */
const LONGEST_PATH = process.platform === 'darwin' ? 103 : 107;
/** `/`, a running number, `-5`. */
const SUFFIX_LENGTH = 12;
const PREFIX = 'itl-';

/** A short folder for kernels' sockets that only this person can enter; made when first needed. */
export class IpcFolder {
  readonly #parents: readonly string[];
  #count = 0;
  #made: Promise<string | null> | null = null;

  /** @param parents where it may be, in order of preference */
  constructor(parents: readonly string[] = [process.env['XDG_RUNTIME_DIR'] ?? '', tmpdir(), '/tmp']) {
    this.#parents = parents;
  }

  /** A path for one kernel's sockets, to which `-1` to `-5` are appended; null where no folder is short enough. */
  async newPath(): Promise<string | null> {
    const made = (this.#made ??= this.#make());
    let folder = await made;
    if (folder !== null && !existsSync(folder)) {
      // Systems clear their temporary folders after some days. Its old name may meanwhile be somebody else's.
      if (this.#made === made) this.#made = this.#make();
      folder = await this.#made;
    }
    return folder === null ? null : join(folder, String(++this.#count));
  }

  /**
   * A kernel that had its sockets at a path is over. A folder that another process made, and left to the kernels in it,
   * goes with the last of them.
   */
  async leave(path: string): Promise<void> {
    const folder = dirname(path);
    if (folder === (await this.#made) || !basename(folder).startsWith(PREFIX)) return;
    // Others may still be in it, and the system may have cleared it away.
    await rmdir(folder).catch(() => undefined);
  }

  /** The kernels in the folder live on. */
  async release(): Promise<void> {
    const folder = await this.#made;
    this.#made = null;
    if (folder) await rmdir(folder).catch(() => undefined);
  }

  async close(): Promise<void> {
    const made = this.#made;
    this.#made = null;
    const folder = await made;
    if (folder) await rm(folder, { recursive: true, force: true });
  }

  async #make(): Promise<string | null> {
    for (const parent of this.#parents) {
      const stem = join(parent, PREFIX);
      if (parent === '' || Buffer.byteLength(stem) + 6 + SUFFIX_LENGTH > LONGEST_PATH) continue;
      try {
        // mkdtemp makes it 0700.
        return await mkdtemp(stem);
      } catch {
        // A runtime folder that is named but missing or read-only is common in containers: try the next.
      }
    }
    return null;
  }
}
