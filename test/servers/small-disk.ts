import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

const isRoot = process.getuid?.() === 0;

/** Why a disk of a few megabytes cannot be had here; null where it can. Continuous integration must have it. */
export const noSmallDisk: string | null =
  isRoot || process.env['CI'] !== undefined ? null : 'mounting a small tmpfs takes root';

/** Mounts a tmpfs of so many bytes at a new folder; the answer unmounts it. */
export function mountSmallDisk(folder: string, bytes: number): () => void {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'in-the-loop-test', folder]);
  return () => void execFileSync('umount', ['--lazy', folder]);
}

/** For root, file permissions are no obstacle; without these capabilities they are, as for everybody else. */
export const heedsPermissions: readonly string[] = isRoot
  ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-dac_override,-dac_read_search']
  : [];
