import { join } from 'node:path';
import { DerivedFromFiles } from './derived-from-files.ts';
import type { InputReader } from './derived-from-files.ts';
import { findFederatedExtensions } from './federated-extensions.ts';
import { isJsonObject, stringAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { LabApplication } from './lab-application.ts';
import { readLabInstallation } from './lab-installation.ts';
import { readConfigurationFile } from './configuration-file.ts';
import type { LicenseBundles } from './license-report.ts';
import type { LabLog } from './lab-log.ts';

const REPORT = 'third-party-licenses.json';

/**
 * The licences of all that is in the installed front-end, read anew: few people ask, and the texts are long.
 * @param wanted which bundles.
 */
export async function readLicenses(
  { directories, labextensions, log }: LabApplication,
  wanted: (bundle: string) => boolean,
): Promise<LicenseBundles> {
  const reading = new DerivedFromFiles(async (inputs) => {
    const bundles = new Map<string, readonly JsonObject[]>();
    for (const { name, directory } of await findFederatedExtensions(inputs, labextensions, log)) {
      if (wanted(name)) bundles.set(name, await readPackages(inputs, directory, log));
    }
    const installation = await readLabInstallation(inputs, directories.applications, log);
    const application = installation && stringAt(installation.packageData, 'name');
    if (installation !== null && application !== null && wanted(application)) {
      bundles.set(application, await readPackages(inputs, installation.directory, log));
    }
    return bundles;
  });
  return reading.get();
}

async function readPackages(inputs: InputReader, directory: string, log: LabLog): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  for (const path of [join(directory, REPORT), join(directory, 'static', REPORT)]) {
    const packages = (await readConfigurationFile(inputs, path, log))?.['packages'];
    if (Array.isArray(packages)) found.push(...packages.filter(isJsonObject));
  }
  return found;
}
