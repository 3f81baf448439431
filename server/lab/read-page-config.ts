import { join } from 'node:path';
import type { Collaboration } from '../settings.ts';
import { excludedExtensions, replacedPlugins } from './collaboration-page-config.ts';
import { readConfigurationFile } from './configuration-file.ts';
import type { InputReader } from './derived-from-files.ts';
import { federatedEntry, findFederatedExtensions } from './federated-extensions.ts';
import type { FederatedExtension } from './federated-extensions.ts';
import { isJsonObject, objectAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { LabDirectories } from './lab-directories.ts';
import type { LabInstallation } from './lab-installation.ts';
import type { LabLog } from './lab-log.ts';
import { readLabconfig } from './labconfig.ts';
import { layerPageConfig } from './page-config.ts';

/** Asks whether to fetch Jupyter's news, which this server never does. Any configuration can enable it again. */
const ANNOUNCEMENTS = '@jupyterlab/apputils-extension:announcements';

/** The part of the page config that files decide. */
export async function readPageConfig(
  inputs: InputReader,
  directories: LabDirectories,
  labextensions: readonly string[],
  installation: LabInstallation,
  collaboration: Collaboration,
  log: LabLog,
): Promise<JsonObject> {
  const extensions = await findFederatedExtensions(inputs, labextensions, log);
  const federated: JsonObject[] = [];
  const loaded: FederatedExtension[] = [];
  for (const extension of extensions) {
    const entry = federatedEntry(extension);
    if (entry === null) {
      log.warn(`${extension.name} in ${extension.directory} is no valid extension: it was not built`);
      continue;
    }
    federated.push(entry);
    loaded.push(extension);
  }
  const disabledBy = disabledByPackages(loaded, installation.packageData).set('in-the-loop', [ANNOUNCEMENTS]);
  for (const [ours, theirs] of replacedPlugins(collaboration)) disabledBy.set(ours, theirs);
  return layerPageConfig({
    application: await readApplicationLayer(inputs, installation.directory, log),
    configured: await readLabconfig(inputs, directories.config, 'page_config', log),
    federated,
    disabledBy,
    excluded: excludedExtensions(collaboration).filter((name) => loaded.some((each) => each.name === name)),
  });
}

async function readApplicationLayer(
  inputs: InputReader,
  directory: string,
  log: LabLog,
): Promise<JsonObject> {
  for (const name of ['page_config.json5', 'page_config.json']) {
    const config = await readConfigurationFile(inputs, join(directory, 'settings', name), log);
    if (config !== null) return config;
  }
  return {};
}

function disabledByPackages(
  extensions: FederatedExtension[],
  application: JsonObject,
): Map<string, readonly string[]> {
  const disabledBy = new Map<string, readonly string[]>();
  for (const { name, packageData } of extensions) {
    const disabled = pluginIds(objectAt(packageData, 'jupyterlab')['disabledExtensions']);
    if (disabled.length > 0) disabledBy.set(name, disabled);
  }
  for (const [name, data] of Object.entries(
    objectAt(objectAt(application, 'jupyterlab'), 'extensionMetadata'),
  )) {
    const disabled = isJsonObject(data) ? pluginIds(data['disabledExtensions']) : [];
    if (disabled.length > 0 && !disabledBy.has(name)) disabledBy.set(name, disabled);
  }
  return disabledBy;
}

function pluginIds(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((id): id is string => typeof id === 'string') : [];
}
