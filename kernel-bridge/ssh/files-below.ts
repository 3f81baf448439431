import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** All files in a folder and those below it, in order of their names. @throws the file system's errors */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
