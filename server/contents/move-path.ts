import { cp, lstat, rename, rm } from 'node:fs/promises';
import { isSystemError } from './system-failure.ts';

/** Moves a file or directory, over the border of a file system by copying it whole before the old one goes. */
export async function movePath(source: string, target: string): Promise<void> {
  try {
    await rename(source, target);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EXDEV') throw error;
    await moveByCopy(source, target);
  }
}

async function moveByCopy(source: string, target: string): Promise<void> {
  const isNew = (await lstat(target).catch(() => null)) === null;
  try {
    await cp(source, target, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  } catch (error) {
    if (isNew) await rm(target, { recursive: true, force: true });
    throw error;
  }
  await rm(source, { recursive: true });
}
