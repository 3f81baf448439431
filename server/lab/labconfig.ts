import { join } from 'node:path';
import { readConfigurationFile } from './configuration-file.ts';
import type { InputReader } from './derived-from-files.ts';
import type { JsonObject } from './json-object.ts';
import type { LabLog } from './lab-log.ts';
import { mergeConfiguration } from './merge-configuration.ts';

/** A section of labconfig merged over all config folders: `<section>.d/*.json`, then `<section>.json`, in each. */
export async function readLabconfig(
  inputs: InputReader,
  configDirectories: readonly string[],
  section: string,
  log: LabLog,
): Promise<JsonObject> {
  let merged: JsonObject = {};
  for (const directory of [...configDirectories].reverse()) {
    merged = mergeConfiguration(merged, await readLabconfigAt(inputs, directory, section, log));
  }
  return merged;
}

export async function readLabconfigAt(
  inputs: InputReader,
  configDirectory: string,
  section: string,
  log: LabLog,
): Promise<JsonObject> {
  const parts = join(configDirectory, 'labconfig', `${section}.d`);
  const names = (await inputs.list(parts)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  const files = [
    ...names.map((name) => join(parts, name)),
    join(configDirectory, 'labconfig', `${section}.json`),
  ];
  let merged: JsonObject = {};
  for (const file of files)
    merged = mergeConfiguration(merged, (await readConfigurationFile(inputs, file, log)) ?? {});
  return merged;
}
