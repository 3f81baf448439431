import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { DocumentKind } from '../shared-document.ts';
import type { DocumentRecord } from './document-record.ts';
import type { SharedFileAccess } from './shared-file-access.ts';

/** So many names are looked at for a file that is not where it was. */
const MOST_LOOKED_AT = 20_000;

/**
 * Which known document a file is that has none: the one whose file it is, by its inode, or whose content it has, where
 * that one's own path is gone (else it is a copy).
 */
export async function findMoved(
  files: SharedFileAccess,
  path: string,
  kind: DocumentKind,
  known: Iterable<DocumentRecord>,
  sha256: string,
): Promise<DocumentRecord | null> {
  const state = await files.state(path);
  if (state === null) return null;
  const candidates = [...known].filter((record) => !record.isDeleted && record.kind.type === kind.type);
  for (const record of candidates) {
    if (state.inode === null || record.synced?.inode !== state.inode) continue;
    // A hard link is another name of the file, and a file that took its place is another file.
    if ((await files.state(record.path))?.inode !== state.inode) return record;
  }
  const synced = candidates.filter((record) => record.synced !== null);
  if (synced.length === 0 || state.size === 0) return null;
  for (const record of synced.reverse()) {
    if (record.synced?.sha256 === sha256 && (await files.state(record.path)) === null) return record;
  }
  return null;
}

/** Where a file is now that is gone from its path: looked for by its inode, near first. Null where it is not found. */
export async function findInode(
  files: SharedFileAccess,
  from: string,
  inode: string | null,
): Promise<string | null> {
  if (inode === null) return null;
  const extension = /\.[^./]*$/.exec(from)?.[0] ?? '';
  let looked = 0;
  const searched = new Set<string>();
  /** Breadth first, from the folder of the file and then from the root. */
  const waiting = [from.split('/').slice(0, -1).join('/'), ''];
  for (
    let folder = waiting.shift();
    folder !== undefined && looked < MOST_LOOKED_AT;
    folder = waiting.shift()
  ) {
    if (searched.has(folder)) continue;
    searched.add(folder);
    for (const entry of await namesIn(files.diskPath(folder))) {
      looked += 1;
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile() && entry.name.endsWith(extension)) {
        const state = await files.state(path).catch(() => null); // gone again
        if (state?.inode === inode) return path;
      }
    }
  }
  return null;
}

async function namesIn(directory: string): Promise<readonly Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch(() => []); // not there, or not ours to read
}
