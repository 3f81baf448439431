import { stat } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

export interface StaticFile {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
}

/** Where links below a served folder may lead: nowhere outside it, or where a linked folder leads (extensions under development). */
export type LinkPolicy = 'inside' | 'linked-directories';

/**
 * The first file of that name on a search path; null where there is none.
 * @param relativePath decoded, with `/` between segments.
 */
export async function findStaticFile(
  directories: readonly string[],
  relativePath: string,
  links: LinkPolicy,
): Promise<StaticFile | null> {
  const segments = safeSegments(relativePath);
  if (segments === null) return null;
  for (const directory of directories) {
    const path = join(directory, ...segments);
    const stats = await statOrNull(path);
    if (!stats?.isFile()) continue;
    if (!(await staysInside(directory, segments, path, links))) return null;
    return { path, size: stats.size, modified: stats.mtime };
  }
  return null;
}

/** The path's segments; null where one of them could lead out of a folder or name none. */
export function safeSegments(relativePath: string): string[] | null {
  if (relativePath === '' || /[\0\\]/.test(relativePath)) return null;
  const segments = relativePath.split('/');
  const unsafe = (segment: string): boolean => segment === '' || segment === '.' || segment === '..';
  return segments.some(unsafe) ? null : segments;
}

async function staysInside(
  directory: string,
  segments: string[],
  path: string,
  links: LinkPolicy,
): Promise<boolean> {
  const target = await realpath(path);
  if (target.startsWith((await realpath(directory)) + sep)) return true;
  if (links === 'inside') return false;
  // The file's own name is left out: a linked file must not widen what is served.
  let current = directory;
  for (const segment of segments.slice(0, -1)) {
    current = join(current, segment);
    if ((await lstat(current)).isSymbolicLink()) return target.startsWith((await realpath(current)) + sep);
  }
  return false;
}

/** null for absent, unreadable or too long a name: it is not on this part of the search path. */
function statOrNull(path: string): Promise<Stats | null> {
  return new Promise((resolve) => stat(path, (error, stats) => resolve(error === null ? stats : null)));
}
