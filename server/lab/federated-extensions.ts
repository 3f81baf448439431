import { join } from 'node:path';
import { readConfigurationFile } from './configuration-file.ts';
import type { InputReader } from './derived-from-files.ts';
import { isJsonObject, objectAt, stringAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { LabLog } from './lab-log.ts';

/** A prebuilt extension, as installed. */
export interface FederatedExtension {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  readonly packageData: JsonObject;
  /** install.json: which package manager put it there. */
  readonly install: JsonObject | null;
}

/** All prebuilt extensions; of those with one name, the first folder's wins. */
export async function findFederatedExtensions(
  inputs: InputReader,
  labextensions: readonly string[],
  log: LabLog,
): Promise<FederatedExtension[]> {
  const found = new Map<string, FederatedExtension>();
  for (const folder of labextensions) {
    for (const directory of await packageDirectories(inputs, folder)) {
      const packageData = await readConfigurationFile(inputs, join(directory, 'package.json'), log);
      const name = packageData === null ? null : stringAt(packageData, 'name');
      if (packageData === null || name === null || found.has(name)) continue;
      const install = await readConfigurationFile(inputs, join(directory, 'install.json'), log);
      found.set(name, {
        name,
        version: stringAt(packageData, 'version') ?? '',
        directory,
        packageData,
        install,
      });
    }
  }
  return [...found.values()];
}

/** `pkg/` and `@scope/pkg/`. Hidden ones are what a package manager is busy with. */
export async function packageDirectories(inputs: InputReader, folder: string): Promise<string[]> {
  const directories: string[] = [];
  for (const name of await inputs.list(folder)) {
    if (name.startsWith('.')) continue;
    if (!name.startsWith('@')) directories.push(join(folder, name));
    else
      for (const scoped of await inputs.list(join(folder, name)))
        directories.push(join(folder, name, scoped));
  }
  return directories;
}

/** What the page needs to load it; null where it was not built. */
export function federatedEntry(extension: FederatedExtension): JsonObject | null {
  const build = objectAt(extension.packageData, 'jupyterlab')['_build'];
  if (!isJsonObject(build) || typeof build['load'] !== 'string') return null;
  const entry: JsonObject = { name: extension.name, load: build['load'] };
  for (const key of ['extension', 'mimeExtension', 'style']) if (key in build) entry[key] = build[key];
  return { ...entry, entrypoints: build['entrypoints'] ?? null };
}
