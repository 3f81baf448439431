import { readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';

/** A kernelspec as REST shows it. */
export interface KernelspecModel {
  readonly name: string;
  readonly spec: Kernelspec['spec'];
  /** URLs with the base URL, by what they are: `logo-svg`, `kernel.js`. */
  readonly resources: Readonly<Record<string, string>>;
}

/**
 * @param directory where its resources are; null for none. Of another machine's kernelspec only logos are taken.
 * @param name as it was asked for, which may differ in case from the folder's
 */
export async function kernelspecModel(
  kernelspec: Kernelspec,
  directory: string | null,
  name: string,
  baseUrl: string,
): Promise<KernelspecModel> {
  const url = (file: string): string =>
    `${baseUrl}kernelspecs/${encodeURIComponent(name)}/${encodeURIComponent(file)}`;
  const files = directory === null ? [] : await filesIn(directory);
  const resources = files.flatMap((file): [string, string][] => {
    const isCode = file === 'kernel.js' || file === 'kernel.css';
    if (isCode) return kernelspec.place === undefined ? [[file, url(file)]] : [];
    return isLogo(file) ? [[file.slice(0, file.length - extname(file).length), url(file)]] : [];
  });
  return {
    name,
    // Lab's schema has it always.
    spec: { ...kernelspec.spec, kernel_protocol_version: kernelspec.spec.kernel_protocol_version ?? '' },
    resources: Object.fromEntries(resources),
  };
}

/** A picture of the kernel, by its file's name. */
export function isLogo(file: string): boolean {
  return /^logo-[^/\\]*$/.test(file);
}

async function filesIn(directory: string): Promise<string[]> {
  // A kernelspec that was made up for an installed ipykernel may have no folder.
  return (await readdir(directory).catch(() => [])).toSorted();
}
