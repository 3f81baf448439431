import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';

const FILE = 'kernelspecs.json';

/** What a place answered last, so that its kernels are known from a server's first moment on; none where it never has. */
export async function readKnownKernelspecs(folder: string): Promise<readonly Kernelspec[]> {
  try {
    return JSON.parse(await readFile(join(folder, FILE), 'utf8')) as Kernelspec[];
  } catch {
    // It never answered, or the server was cut off in a write of old: it is asked soon.
    return [];
  }
}

/** A kernelspec's environment may hold secrets: nobody else may read it (I10). @throws the file system's errors */
export async function writeKnownKernelspecs(folder: string, found: readonly Kernelspec[]): Promise<void> {
  const beside = join(folder, `${FILE}.new`);
  await writeFile(beside, JSON.stringify(found), { mode: 0o600 });
  await rename(beside, join(folder, FILE));
}
