import { join } from 'node:path';
import { readConfigurationFile } from './configuration-file.ts';
import type { InputReader } from './derived-from-files.ts';
import { packageDirectories } from './federated-extensions.ts';
import { isJsonObject, objectAt, stringAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { LabLog } from './lab-log.ts';
import { mergeConfiguration } from './merge-configuration.ts';

/** A plugin's settings as its package declares them. */
export interface SettingsSchema {
  /** `@scope/package:plugin`. */
  readonly id: string;
  /** With the defaults that were overridden here. */
  readonly schema: JsonObject;
  /** The package's, `N/A` where it is not known. */
  readonly version: string;
  readonly path: string;
  /** Part of an extension; Jupyter translates only the application's own in its list. */
  readonly federated: boolean;
}

export interface SchemaDirectories {
  readonly application: string;
  readonly labextensions: readonly string[];
}

/** All schemas by id. An extension's replaces the application's of the same id; the first folder's wins. */
export async function readSettingsCatalogue(
  inputs: InputReader,
  directories: SchemaDirectories,
  overrides: JsonObject,
  log: LabLog,
): Promise<Map<string, SettingsSchema>> {
  const catalogue = new Map<string, SettingsSchema>();
  const add = async (root: string, folder: string, federated: boolean): Promise<void> => {
    const versionFile = await readConfigurationFile(inputs, join(root, folder, 'package.json.orig'), log);
    for (const name of await inputs.list(join(root, folder))) {
      if (!name.endsWith('.json')) continue;
      const id = `${folder}:${name.slice(0, -'.json'.length)}`;
      if (federated && catalogue.get(id)?.federated) continue;
      const path = join(root, folder, name);
      const schema = await readConfigurationFile(inputs, path, log);
      if (schema === null) continue;
      const version = (versionFile && stringAt(versionFile, 'version')) ?? 'N/A';
      catalogue.set(id, {
        id,
        schema: overrideDefaults(schema, objectAt(overrides, id)),
        version,
        path,
        federated,
      });
    }
  };
  for (const folder of await packageDirectories(inputs, directories.application)) {
    await add(directories.application, relativeTo(directories.application, folder), false);
  }
  for (const labextensions of directories.labextensions) {
    for (const folder of await packageDirectories(inputs, labextensions)) {
      await add(join(folder, 'schemas'), relativeTo(labextensions, folder), true);
    }
  }
  return catalogue;
}

const relativeTo = (root: string, path: string): string => path.slice(root.length + 1).replaceAll('\\', '/');

/** Overridden defaults replace the schema's; objects are merged into them (contract §1.4). */
export function overrideDefaults(schema: JsonObject, overrides: JsonObject): JsonObject {
  if (Object.keys(overrides).length === 0) return schema;
  const properties: JsonObject = { ...objectAt(schema, 'properties') };
  for (const [key, value] of Object.entries(overrides)) {
    const property = objectAt(properties, key);
    const before = property['default'];
    const merged = isJsonObject(before) && isJsonObject(value) ? mergeConfiguration(before, value) : value;
    properties[key] = { ...property, default: merged };
  }
  return { ...schema, properties };
}
