import { join } from 'node:path';
import { readConfigurationFile } from './configuration-file.ts';
import type { InputReader } from './derived-from-files.ts';
import type { JsonObject } from './json-object.ts';
import { readLabconfig } from './labconfig.ts';
import type { LabLog } from './lab-log.ts';
import { mergeConfiguration } from './merge-configuration.ts';

/** Defaults set for this installation, by plugin id: overrides.d, then overrides, then labconfig over both. */
export async function readSettingsOverrides(
  inputs: InputReader,
  settingsDirectory: string,
  configDirectories: readonly string[],
  log: LabLog,
): Promise<JsonObject> {
  const parts = join(settingsDirectory, 'overrides.d');
  const names = (await inputs.list(parts)).filter((name) => /^[^.].*\.json5?$/.test(name));
  const files = [
    ...names.map((name) => join(parts, name)),
    join(settingsDirectory, 'overrides.json'),
    join(settingsDirectory, 'overrides.json5'),
  ];
  let overrides: JsonObject = {};
  for (const file of files) {
    overrides = mergeConfiguration(overrides, (await readConfigurationFile(inputs, file, log)) ?? {});
  }
  const configured = await readLabconfig(inputs, configDirectories, 'default_setting_overrides', log);
  return mergeConfiguration(overrides, configured);
}
