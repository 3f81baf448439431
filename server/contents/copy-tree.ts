import { copyFile, mkdir, readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies a directory with all it holds, links as what they lead to, as Python's `shutil.copytree` does. The entries
 * are listed before anything is made, so that a directory may be copied into itself.
 */
export async function copyTree(source: string, target: string): Promise<void> {
  const info = await stat(source);
  if (!info.isDirectory()) {
    await copyFile(source, target);
  } else {
    const names = await readdir(source);
    await mkdir(target);
    for (const name of names) await copyTree(join(source, name), join(target, name));
  }
  await utimes(target, info.atime, info.mtime);
}

/** A directory counts, too, or links that lead in circles would have no end. */
const DIRECTORY_BYTES = 4096;

/** Bytes on disk of what a copy would hold, links as what they lead to; stops counting beyond the limit. */
export async function treeSize(directory: string, limit: number): Promise<number> {
  const waiting = [directory];
  let size = 0;
  for (let next = waiting.pop(); next !== undefined && size <= limit; next = waiting.pop()) {
    // What cannot be counted cannot be copied either; the copy says so.
    for (const name of await readdir(next).catch(() => [])) {
      const path = join(next, name);
      const info = await stat(path).catch(() => null);
      if (info?.isDirectory()) waiting.push(path);
      size += info?.isDirectory() ? DIRECTORY_BYTES : (info?.blocks ?? 0) * 512;
    }
  }
  return size;
}
