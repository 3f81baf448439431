import { stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { withoutOuterSlashes } from '../url-path.ts';

/** An API path on disk; the root itself for a path that would lead out of it. */
export function pathOnDisk(rootDirectory: string, path: string): string {
  const absolute = resolve(rootDirectory, `.${sep}${withoutOuterSlashes(path).replaceAll('/', sep)}`);
  return isInside(rootDirectory, absolute) ? absolute : rootDirectory;
}

/** Where a kernel for this path runs: the path itself if it is a folder, else the nearest folder above it. */
export async function workingDirectoryFor(rootDirectory: string, path: string): Promise<string> {
  let directory = pathOnDisk(rootDirectory, path);
  while (directory !== rootDirectory && !(await isDirectory(directory))) directory = dirname(directory);
  return directory;
}

/** What a gateway's client asks for, absolute; the root where that is no folder of ours (contract §7). */
export async function requestedDirectory(rootDirectory: string, directory: string): Promise<string> {
  const absolute = resolve(rootDirectory, directory);
  return isInside(rootDirectory, absolute) && (await isDirectory(absolute)) ? absolute : rootDirectory;
}

export function isInside(rootDirectory: string, absolute: string): boolean {
  return absolute === rootDirectory || absolute.startsWith(join(rootDirectory, sep));
}

async function isDirectory(path: string): Promise<boolean> {
  // Whatever keeps it from being looked at keeps a kernel from running there.
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ?? false;
}
