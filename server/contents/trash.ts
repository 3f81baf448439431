import { lstat, mkdir, open, realpath, unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { movePath } from './move-path.ts';
import { splitExtension } from './mime-type.ts';
import { isSystemError } from './system-failure.ts';

/**
 * Deleted files go where the desktop's trash finds them (freedesktop.org Trash Specification 1.0): the home trash, or
 * the trash of the file system that they are on. A library was refused: those at hand run another program for it.
 */
export class Trash {
  readonly #dataHome: string;

  /** @param dataHome `$XDG_DATA_HOME`, which holds the home trash */
  constructor(dataHome: string = process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share')) {
    this.#dataHome = dataHome;
  }

  /** @throws the system's error where there is no trash for it; it is then where it was */
  async put(diskPath: string): Promise<void> {
    const { directory, top } = await this.#trashFor(diskPath);
    for (const part of ['files', 'info'])
      await mkdir(join(directory, part), { recursive: true, mode: 0o700 });
    const { name, infoPath } = await reserve(directory, diskPath, top);
    try {
      await movePath(diskPath, join(directory, 'files', name));
    } catch (error) {
      await unlink(infoPath);
      throw error;
    }
  }

  async #trashFor(diskPath: string): Promise<{ directory: string; top: string | null }> {
    const home = { directory: join(this.#dataHome, 'Trash'), top: null };
    const device = (await lstat(diskPath)).dev;
    if (device === (await deviceOf(this.#dataHome))) return home;
    const top = await mountPoint(dirname(diskPath), device);
    const uid = process.getuid?.() ?? 0;
    const shared = await lstat(join(top, '.Trash')).catch(() => null);
    // The specification: a shared trash counts only if it is a real directory with the sticky bit.
    const mayShare = shared !== null && shared.isDirectory() && (shared.mode & 0o1000) !== 0;
    const directory = mayShare ? join(top, '.Trash', String(uid)) : join(top, `.Trash-${uid}`);
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      return { directory, top };
    } catch (error) {
      // A mount where nobody may make a trash: rather copy it home than delete it for good.
      if (isSystemError(error)) return home;
      throw error;
    }
  }
}

/** Writes the note that reserves a name in the trash: exclusively, so that two deletions never share one. */
async function reserve(
  directory: string,
  diskPath: string,
  top: string | null,
): Promise<{ name: string; infoPath: string }> {
  const [base, extension] = splitExtension(basename(diskPath));
  for (let number = 0; ; number += 1) {
    const name = number === 0 ? base + extension : `${base} ${number}${extension}`;
    const infoPath = join(directory, 'info', `${name}.trashinfo`);
    if ((await lstat(join(directory, 'files', name)).catch(() => null)) !== null) continue;
    const handle = await open(infoPath, 'wx', 0o600).catch((error: unknown) => {
      if (isSystemError(error) && error.code === 'EEXIST') return null;
      throw error;
    });
    if (handle === null) continue;
    try {
      await handle.writeFile(trashInfo(top === null ? diskPath : relative(top, diskPath), new Date()));
    } finally {
      await handle.close();
    }
    return { name, infoPath };
  }
}

/** @param deletedAt written in local time, as the specification asks */
export function trashInfo(path: string, deletedAt: Date): string {
  const local = new Date(deletedAt.getTime() - deletedAt.getTimezoneOffset() * 60_000)
    .toISOString()
    .slice(0, 19);
  const escapedPath = path.split('/').map(encodeURIComponent).join('/');
  return `[Trash Info]\nPath=${escapedPath}\nDeletionDate=${local}\n`;
}

async function deviceOf(directory: string): Promise<number> {
  try {
    return (await lstat(await realpath(directory))).dev;
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    return deviceOf(dirname(directory)); // Not made yet: it will be on its parent's.
  }
}

async function mountPoint(directory: string, device: number): Promise<string> {
  let path = await realpath(directory);
  while (dirname(path) !== path && (await lstat(dirname(path))).dev === device) path = dirname(path);
  return path;
}
