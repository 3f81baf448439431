import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { constants, renameSync, statSync } from 'node:fs';
import { access, copyFile, open, readFile, readlink, realpath, rename, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ContentError } from './content-error.ts';
import { KeyedLock } from './keyed-lock.ts';
import { isSystemError } from './system-failure.ts';

/**
 * Keeps what a file holds, called before it is replaced; its resolving is waited for.
 * @param inPlace the file itself will be written into, not another put in its place
 */
export type KeepExisting = (diskPath: string, existing: Stats, inPlace: boolean) => Promise<void>;

/** What stands where a file is to be written. */
export interface Target {
  /** All links followed: the file that is replaced. */
  readonly diskPath: string;
  readonly existing: Stats | null;
  readonly keep: KeepExisting | null;
  /** Replaced only as long as nobody else has written it since it was looked at. @throws ChangedMeanwhileError */
  readonly mustBeUnchanged?: boolean;
}

/** Another program has written the file while what was to take its place was being prepared. It is as that one left it. */
export class ChangedMeanwhileError extends Error {
  override readonly name = 'ChangedMeanwhileError';
}

/**
 * Looks at what is to be replaced before anything is written.
 * @throws the system's error where it could not be written, as opening it would
 */
export async function findTarget(diskPath: string, keep: KeepExisting | null = null): Promise<Target> {
  const target = await followLinks(diskPath);
  const existing = await stat(target).catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'ENOENT') return null;
    throw error;
  });
  if (existing === null) return { diskPath: target, existing, keep };
  if (existing.isDirectory()) throw systemError('EISDIR', -21, 'open');
  if (!existing.isFile()) throw new ContentError('invalid', `Cannot write to non-file ${diskPath}`);
  await access(target, constants.W_OK);
  return { diskPath: target, existing, keep };
}

async function keepExisting({ diskPath, existing, keep }: Target, inPlace: boolean): Promise<void> {
  if (existing !== null) await keep?.(diskPath, existing, inPlace);
}

/**
 * One writer a target at a time: two would write into one file beside it. Callers cannot see to it, because one file
 * is reached by many paths.
 */
const writers = new KeyedLock();

/** A name beside the target, the same each time: what a killed process left is overwritten by the next one. */
export function nameBeside(diskPath: string, ending: 'saving' | 'upload'): string {
  const name = createHash('sha256').update(basename(diskPath)).digest('hex').slice(0, 16);
  return join(dirname(diskPath), `.~${name}.${ending}`);
}

/**
 * Replaces or creates a file: whoever reads it sees the old bytes or the new ones, also after a crash (I6).
 * @param meanwhile is run while the disk is busy
 * @returns of what was written, whatever others have put into its place since; its change time may be older
 */
export function replaceFile(
  target: Target,
  bytes: Uint8Array,
  meanwhile: () => void = () => {},
): Promise<Stats> {
  return writers.run(target.diskPath, () => replace(target, bytes, meanwhile));
}

async function replace(target: Target, bytes: Uint8Array, meanwhile: () => void): Promise<Stats> {
  const beside = nameBeside(target.diskPath, 'saving');
  const handle = await openNew(beside, target.existing).catch((error: unknown) => {
    // A writable file in a directory that is not: there is no place for a new file.
    if (target.existing !== null && isSystemError(error) && /^E(ACCES|PERM|ROFS)$/.test(error.code ?? ''))
      return null;
    throw error;
  });
  if (handle === null) {
    meanwhile();
    await keepExisting(target, true);
    assertUnchanged(target);
    return overwrite(target.diskPath, bytes);
  }
  return install(handle, beside, target, () => {
    const written = writeAll(handle, bytes);
    meanwhile();
    return written;
  });
}

/** Like `replaceFile`, for what is too big to be held: `fill` writes it. */
export async function writeNewFile(
  target: Target,
  fill: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  await writers.run(target.diskPath, async () => {
    const beside = nameBeside(target.diskPath, 'saving');
    const handle = await openNew(beside, target.existing);
    return install(handle, beside, target, () => fill(handle));
  });
}

async function install(
  handle: FileHandle,
  beside: string,
  target: Target,
  fill: () => Promise<void>,
): Promise<Stats> {
  const written = await installing(beside, async () => {
    let stats: Stats;
    try {
      const kept = keepExisting(target, false);
      await Promise.all([kept, fill()]);
      await likeExisting(handle, target.existing);
      await handle.sync();
      stats = await handle.stat();
    } finally {
      await handle.close();
    }
    if (target.mustBeUnchanged === true) {
      // One after the other in this thread: what another program could do in between takes longer than that.
      assertUnchanged(target);
      renameSync(beside, target.diskPath);
    } else await rename(beside, target.diskPath);
    return stats;
  });
  await syncDirectory(target.diskPath);
  return written;
}

function assertUnchanged({ diskPath, existing, mustBeUnchanged }: Target): void {
  if (mustBeUnchanged !== true) return;
  const now = statSync(diskPath, { throwIfNoEntry: false });
  const isSame =
    existing === null
      ? now === undefined
      : now?.ino === existing.ino && now.size === existing.size && now.mtimeMs === existing.mtimeMs;
  if (!isSame) throw new ChangedMeanwhileError(`${diskPath} was written by another program`);
}

/** A copy of a file under another name, with its times; the same promise as `replaceFile`. */
export function copyOver(source: string, target: Target, durable: boolean): Promise<void> {
  return writers.run(target.diskPath, () => copy(source, target, durable));
}

async function copy(source: string, target: Target, durable: boolean): Promise<void> {
  const beside = nameBeside(target.diskPath, 'saving');
  await installing(beside, async () => {
    await unlink(beside).catch(() => {
      // Usually nothing was left there; where something cannot be removed, the copy fails and says so.
    });
    await copyFile(source, beside, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const { atime, mtime } = await stat(source);
    const handle = await open(beside, 'r');
    try {
      await likeExisting(handle, target.existing);
      await handle.utimes(atime, mtime);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await keepExisting(target, false);
    await rename(beside, target.diskPath);
  });
  if (durable) await syncDirectory(target.diskPath);
}

/** Makes a finished upload the target. */
export async function installUpload(upload: string, target: Target): Promise<void> {
  await installing(upload, async () => {
    const handle = await open(upload, 'r');
    try {
      await likeExisting(handle, target.existing);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await keepExisting(target, false);
    await rename(upload, target.diskPath);
  });
  await syncDirectory(target.diskPath);
}

/** Opens a new file with the rights that the old one has, whatever may have been left under its name. */
export async function openNew(diskPath: string, existing: Stats | null): Promise<FileHandle> {
  const mode = existing === null ? 0o666 : existing.mode & 0o777;
  try {
    return await open(diskPath, 'wx', mode);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
    await unlink(diskPath);
    return open(diskPath, 'wx', mode);
  }
}

async function installing<T>(beside: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await unlink(beside).catch(() => {
      // It may be gone already; the error that matters is thrown below.
    });
    throw error;
  }
}

async function likeExisting(handle: FileHandle, existing: Stats | null): Promise<void> {
  if (existing === null) return;
  const { uid, gid } = await handle.stat();
  if (uid !== existing.uid || gid !== existing.gid) {
    await handle.chown(existing.uid, existing.gid).catch(() => {
      // Only root may give files away; the file then belongs to whoever saved it.
    });
  }
  await handle.chmod(existing.mode & 0o7777);
}

/** In one piece, where `writeFile` would come back to this thread for each half megabyte. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await handle.write(bytes, done, bytes.length - done, done)).bytesWritten;
  }
}

/** The last resort: not atomic, but a failure puts the old bytes back. */
async function overwrite(diskPath: string, bytes: Uint8Array): Promise<Stats> {
  const before = await readFile(diskPath);
  const handle = await open(diskPath, 'r+');
  try {
    const put = async (content: Uint8Array): Promise<void> => {
      for (let done = 0; done < content.length;) {
        done += (await handle.write(content, done, content.length - done, done)).bytesWritten;
      }
      await handle.truncate(content.length);
      await handle.sync();
    };
    await put(bytes).catch(async (error: unknown) => {
      await put(before);
      throw error;
    });
    return await handle.stat();
  } finally {
    await handle.close();
  }
}

/** A rename is durable once its directory is. */
export async function syncDirectory(diskPath: string): Promise<void> {
  const handle = await open(dirname(diskPath), 'r').catch(() => null);
  try {
    await handle?.sync();
  } catch (error) {
    // Some file systems cannot sync a directory (EINVAL); they promise nothing, and the rename has happened.
    if (!isSystemError(error)) throw error;
  } finally {
    await handle?.close();
  }
}

/** Where writing through the path ends, also where the last link leads to nothing yet. */
export async function followLinks(diskPath: string): Promise<string> {
  let path = diskPath;
  for (let links = 0; links < 40; links += 1) {
    try {
      return await realpath(path);
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    }
    const link = await readlink(path).catch(() => null);
    if (link === null) {
      const directory = dirname(path);
      return join(await realpath(directory).catch(() => directory), basename(path));
    }
    path = resolve(dirname(path), link);
  }
  throw systemError('ELOOP', -40, 'open');
}

function systemError(code: string, errno: number, syscall: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code, errno, syscall });
}
