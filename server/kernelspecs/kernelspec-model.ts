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

/** @param name as it was asked for, which may differ in case from the folder's */
export async function kernelspecModel(
  kernelspec: Kernelspec,
  name: string,
  baseUrl: string,
): Promise<KernelspecModel> {
  const url = (file: string): string =>
    `${baseUrl}kernelspecs/${encodeURIComponent(name)}/${encodeURIComponent(file)}`;
  const resources = (await filesIn(kernelspec.resourceDirectory)).flatMap((file): [string, string][] => {
    if (file === 'kernel.js' || file === 'kernel.css') return [[file, url(file)]];
    return file.startsWith('logo-') ? [[file.slice(0, file.length - extname(file).length), url(file)]] : [];
  });
  return {
    name,
    // Lab's schema has it always.
    spec: { ...kernelspec.spec, kernel_protocol_version: kernelspec.spec.kernel_protocol_version ?? '' },
    resources: Object.fromEntries(resources),
  };
}

async function filesIn(directory: string): Promise<string[]> {
  // A kernelspec that was made up for an installed ipykernel may have no folder.
  return (await readdir(directory).catch(() => [])).toSorted();
}
