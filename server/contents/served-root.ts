import { constants } from 'node:fs';
import { access, lstat, realpath } from 'node:fs/promises';
import { join, normalize, resolve, sep } from 'node:path';
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

  /** @throws ContentError not-found for a path that leads out of the root or cannot be one */
  locate(apiPath: string): ServedPath {
    const asked = apiPath.replace(/^\/+|\/+$/g, '');
    if (asked.includes('\0')) throw new ContentError('not-found', `${asked} is not a valid path`);
    const normalized = normalize(asked).replace(/\/+$/, '');
    const path = normalized === '.' ? '' : normalized;
    if (path === '..' || path.startsWith('../')) {
      throw new ContentError('not-found', `${asked} is outside root contents directory`);
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

  /** Whether the file really lies within the root, all links followed. */
  async holds(diskPath: string): Promise<boolean> {
    const [root, target] = await Promise.all([realpath(this.diskPath), realpath(diskPath)]);
    return target === root || target.startsWith(root === sep ? sep : root + sep);
  }
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
