import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const isRoot = process.getuid?.() === 0;

/** Why a disk of a few megabytes cannot be had here; null where it can. */
export function whyNoSmallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'itl-disk-'));
  try {
    mountSmallDisk(folder, 4_096)();
    return null;
  } catch (error) {
    // Takes root, and in a container the right to mount.
    return `a small tmpfs cannot be mounted (${(error as Error).message.trim().split('\n').at(-1)})`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Mounts a tmpfs of so many bytes at a new folder; the answer unmounts it. */
export function mountSmallDisk(folder: string, bytes: number): () => void {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'in-the-loop-test', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return () => void execFileSync('umount', ['--lazy', folder]);
}

/** For root, file permissions are no obstacle; without these capabilities they are, as for everybody else. */
export const heedsPermissions: readonly string[] = isRoot
  ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-dac_override,-dac_read_search']
  : [];
