import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePath } from '../url-path.ts';

/** People use one of them; the other is not kept for them. */
export type FrontEnd = 'lab' | 'notebook';

/** A folder of files that pages of the front-ends are made of. */
export interface ServedFolder {
  /** Below the base URL, without slashes around it: `static/lab`. */
  readonly url: string;
  readonly directory: string;
}

/** What a browser keeps to open the front-ends without the server. */
export interface KeptFiles {
  /** Another one whenever anything of it differs: then all of it is fetched anew, and nothing is mixed. */
  readonly build: string;
  /** Below the base URL, percent-encoded. */
  readonly files: Readonly<Record<FrontEnd, readonly string[]>>;
}

/** What pages are made of. Source maps, licences and the like are most of the bytes, and no page needs them. */
const NEEDED = /\.(?:js|mjs|css|json|wasm|svg|png|ico|woff2?)$/;
const NOT_NEEDED = /(?:^|\/)(?:package|third-party-licenses|build_log|install)\.json$/;
/** A model or data set that comes with an extension is fetched when it is used, and not there offline. */
const LARGEST_FILE = 20 * 1024 * 1024;
/** Browsers give a site some hundred megabytes; edits must have room beside this. */
const MOST_BYTES = 150 * 1024 * 1024;

/**
 * @param identity whatever else pages depend on
 * @param folders of each front-end, the most important first: what is beyond the bound is not kept
 */
export async function keptFiles(
  identity: unknown,
  folders: Readonly<Record<FrontEnd, readonly ServedFolder[]>>,
): Promise<KeptFiles> {
  const hash = createHash('sha256').update(JSON.stringify(identity) ?? '');
  const lab = await filesOf(folders.lab, hash);
  const notebook = await filesOf(folders.notebook, hash);
  return { build: hash.digest('hex').slice(0, 32), files: { lab, notebook } };
}

async function filesOf(folders: readonly ServedFolder[], hash: Hash): Promise<string[]> {
  const files = new Set<string>();
  let bytes = 0;
  for (const { url, directory } of folders) {
    for (const name of await filesIn(directory)) {
      const path = encodePath(`${url}/${name}`);
      // One that goes away meanwhile is missing in the next list.
      const found = await stat(join(directory, name)).catch(() => null);
      // Of folders on a search path, the first that has a file serves it.
      if (found === null || files.has(path)) continue;
      if (found.size > LARGEST_FILE || bytes + found.size > MOST_BYTES) continue;
      bytes += found.size;
      files.add(path);
      hash.update(`\n${path} ${found.size} ${found.mtimeMs}`);
    }
  }
  return [...files];
}

async function filesIn(directory: string): Promise<string[]> {
  // No such folder: nothing of it is served either.
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  return names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => NEEDED.test(name) && !NOT_NEEDED.test(name))
    .sort();
}
