import type { Dirent } from 'node:fs';
import { constants } from 'node:fs';
import { access, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asReported, baseModel, typeOfFile } from './base-model.ts';
import type { ContentModel } from './content-model.ts';
import type { NotebookOutputs } from './notebook-outputs.ts';
import type { ServedPath, ServedRoot } from './served-root.ts';
import { isSystemError } from './system-failure.ts';

/** So many entries are looked at side by side: more would only wait for the system's threads. */
const PARALLEL = 32;

/**
 * The models of a directory's entries, in the system's order, without reading any file. What is neither file,
 * directory nor link, what vanished meanwhile, what may not be looked at and links that lead in circles are left out.
 */
export async function listDirectory(
  root: ServedRoot,
  directory: ServedPath,
  outputs: NotebookOutputs | null,
): Promise<ContentModel[]> {
  const entries = (await readdir(directory.diskPath, { withFileTypes: true })).filter(
    (entry) => root.isListed(entry.name) && (entry.isFile() || entry.isDirectory() || entry.isSymbolicLink()),
  );
  const models = new Array<ContentModel | null>(entries.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < entries.length; index = next++) {
      models[index] = await entryModel(directory, entries[index] as Dirent, outputs);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, entries.length) }, worker));
  return models.filter((model) => model !== null);
}

async function entryModel(
  directory: ServedPath,
  entry: Dirent,
  outputs: NotebookOutputs | null,
): Promise<ContentModel | null> {
  const served: ServedPath = {
    name: entry.name,
    path: directory.path === '' ? entry.name : `${directory.path}/${entry.name}`,
    diskPath: join(directory.diskPath, entry.name),
  };
  try {
    const info = await lstat(served.diskPath);
    const isDirectory = info.isSymbolicLink() ? await leadsToDirectory(served.diskPath) : info.isDirectory();
    if (isDirectory) await access(served.diskPath, constants.R_OK | constants.X_OK);
    const type = isDirectory ? 'directory' : typeOfFile(entry.name);
    return asReported(await baseModel(served, type, info), info, outputs);
  } catch (error) {
    // Gone, forbidden or circular: jupyter_server, too, lists the rest.
    if (isSystemError(error)) return null;
    throw error;
  }
}

async function leadsToDirectory(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isDirectory();
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return false; // Broken links are listed as files.
    throw error;
  }
}
