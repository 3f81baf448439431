import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PyodideSettings } from '../../kernel-bridge/pyodide/pyodide-settings.ts';
import { CommandError } from './command-error.ts';
import type { Options } from './options.ts';

/** What kernels of Pyodide may have and do. @throws CommandError for a folder that is not there */
export function pyodideSettings(options: Options): PyodideSettings {
  const { 'pyodide-packages': packages, 'pyodide-distribution': distribution } = options;
  return {
    distribution: distribution === undefined ? null : folderOf('--pyodide-distribution', distribution),
    packages: packages === undefined ? null : packagesOf(packages),
    network: options['pyodide-network'] === true,
    memory: options['pyodide-memory'] ?? null,
    files: options['pyodide-files'] === true,
  };
}

function packagesOf(packages: string): string {
  if (!isUrl(packages)) return folderOf('--pyodide-packages', packages);
  return packages.endsWith('/') ? packages : `${packages}/`;
}

/** Otherwise it is a folder. */
export const isUrl = (packages: string): boolean => /^https?:\/\//.test(packages);

function folderOf(option: string, given: string): string {
  const folder = resolve(given);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new CommandError(
    `The folder that ${option} names, ${folder}, is not there. Make it, or name another one.`,
  );
}
