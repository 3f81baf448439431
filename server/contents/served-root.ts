import { constants } from 'node:fs';
import { access, lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, normalize, resolve, sep } from 'node:path';
import { withoutOuterSlashes } from '../url-path.ts';
import { ContentError } from './content-error.ts';
import { isMissing } from './system-failure.ts';

/** A path as clients name it, found to be within the root. */
export interface ServedPath {
  /** Relative to the root, normalised, without slashes at the ends; empty for the root itself. */
  readonly path: string;
  readonly diskPath: string;
  /** Last part of `path`. */
  readonly name: string;
}

/** API paths <-> disk paths, and what is hidden. Symbolic links are followed, as jupyter_server follows them. */
export class ServedRoot {
  readonly diskPath: string;
  readonly #allowHidden: boolean;

  constructor(rootDirectory: string, allowHidden: boolean) {
    this.diskPath = resolve(rootDirectory);
    this.#allowHidden = allowHidden;
  }

  /** @throws ContentError for a path that leads out of the root (`outside`, as the route has it) or cannot be one */
  locate(apiPath: string, outside: 'not-found' | 'forbidden' = 'not-found'): ServedPath {
    const asked = withoutOuterSlashes(apiPath);
    if (asked.includes('\0')) throw new ContentError('not-found', `${asked} is not a valid path`);
    const normalized = normalize(asked).replace(/\/+$/, '');
    const path = normalized === '.' ? '' : normalized;
    if (path === '..' || path.startsWith('../')) {
      throw new ContentError(outside, `${asked} is outside root contents directory`);
    }
    const diskPath = path === '' ? this.diskPath : join(this.diskPath, path);
    return { path, diskPath, name: path.slice(path.lastIndexOf('/') + 1) };
  }

  /** Hidden: a name on the way begins with a dot, or it is a directory that this process may not list. */
  async isHidden(served: ServedPath): Promise<boolean> {
    if (this.#allowHidden || served.path === '') return false;
    if (served.path.split('/').some((name) => name.startsWith('.'))) return true;
    return isUnlistableDirectory(served.diskPath);
  }

  /** Names that a listing leaves out (jupyter_server's `hide_globs` and hidden files). */
  isListed(name: string): boolean {
    if (!this.#allowHidden && name.startsWith('.')) return false;
    return !/^__pycache__$|\.py[co]$|^\.DS_Store$|~$/s.test(name);
  }

  /** Whether the path really ends within the root, all links followed, be there something at its end or not. */
  async holds(diskPath: string): Promise<boolean> {
    const [root, target] = await Promise.all([realpath(this.diskPath), realEnd(diskPath)]);
    return target === root || target.startsWith(root === sep ? sep : root + sep);
  }
}

async function realEnd(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // Out of reach or missing: then it ends where its last link points to, or below where its parent really is.
  }
  if (dirname(path) === path) return path;
  const link = await readlink(path).catch(() => null);
  const parent = await realEnd(dirname(path));
  return link === null ? join(parent, basename(path)) : resolve(parent, link);
}

async function isUnlistableDirectory(diskPath: string): Promise<boolean> {
  try {
    await access(diskPath, constants.R_OK | constants.X_OK);
    return false;
  } catch (error) {
    if (isMissing(error)) return false;
    try {
      return (await lstat(diskPath)).isDirectory();
    } catch {
      return false; // Out of reach: whoever uses the path is told so in better words.
    }
  }
}
