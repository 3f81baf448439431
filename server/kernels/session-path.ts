import { join } from 'node:path';
import type { KernelDocument } from './running-kernel-plan.ts';
import { workingDirectoryFor } from './working-directory.ts';

/** Absolute path of the document whose session runs on a kernel, for `JPY_SESSION_NAME`; null for none. */
export async function sessionPathOf(
  rootDirectory: string,
  document: KernelDocument | null,
): Promise<string | null> {
  if (document === null) return null;
  const { path, name } = document;
  return name === null
    ? join(rootDirectory, path)
    : join(await workingDirectoryFor(rootDirectory, path), name);
}
