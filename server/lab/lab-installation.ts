import { join } from 'node:path';
import { DerivedFromFiles } from './derived-from-files.ts';
import type { InputReader } from './derived-from-files.ts';
import { objectAt, stringAt } from './json-object.ts';
import { readConfigurationFile } from './configuration-file.ts';
import type { JsonObject } from './json-object.ts';
import type { LabDirectories } from './lab-directories.ts';
import type { LabLog } from './lab-log.ts';

/** JupyterLab as it is installed. */
export interface LabInstallation {
  /** Holds static/, schemas/, themes/ and perhaps settings/. */
  readonly directory: string;
  readonly version: string;
  /** static/package.json: what the application was built from. */
  readonly packageData: JsonObject;
}

/** null where no JupyterLab is installed. It may be installed, upgraded or removed while the server runs. */
export async function readLabInstallation(
  inputs: InputReader,
  applications: readonly string[],
  log: LabLog,
): Promise<LabInstallation | null> {
  for (const directory of applications) {
    if ((await inputs.stat(join(directory, 'static', 'index.html'))) === null) continue;
    const packageData =
      (await readConfigurationFile(inputs, join(directory, 'static', 'package.json'), log)) ?? {};
    const version =
      stringAt(objectAt(packageData, 'jupyterlab'), 'version') ?? stringAt(packageData, 'version') ?? '';
    return { directory, version, packageData };
  }
  return null;
}

/** What to tell somebody whose Python environment has no JupyterLab; null where it has. For the start of the server. */
export async function explainMissingLab(directories: LabDirectories): Promise<string | null> {
  const silent: LabLog = { warn: () => undefined };
  const installation = new DerivedFromFiles((inputs) =>
    readLabInstallation(inputs, directories.applications, silent),
  );
  return (await installation.get()) === null ? missingLabMessage(directories) : null;
}

export function missingLabMessage(directories: LabDirectories): string {
  const looked = directories.applications.join(', ');
  return (
    `JupyterLab is not installed in ${directories.prefix} (looked in ${looked}). ` +
    `Install it with: ${join(directories.prefix, 'bin', 'python')} -m pip install jupyterlab`
  );
}
