import { DerivedFromFiles } from './derived-from-files.ts';
import { findFederatedExtensions } from './federated-extensions.ts';
import type { FederatedExtension } from './federated-extensions.ts';
import { isJsonObject, objectAt, stringAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { LabApplication } from './lab-application.ts';

/** The extension manager's list of installed extensions, in its model. */
export async function installedExtensions(application: LabApplication): Promise<JsonObject[]> {
  const { labextensions, log } = application;
  const reading = new DerivedFromFiles((inputs) => findFederatedExtensions(inputs, labextensions, log));
  const disabled = (await application.pageConfig())?.['disabledExtensions'];
  const isDisabled = (name: string): boolean => Array.isArray(disabled) && disabled.includes(name);
  return (await reading.get()).map((extension) => modelOf(extension, !isDisabled(extension.name)));
}

function modelOf({ name, version, packageData, install }: FederatedExtension, enabled: boolean): JsonObject {
  const repository = packageData['repository'];
  const url = isJsonObject(repository) ? stringAt(repository, 'url') : null;
  return {
    name,
    description: stringAt(packageData, 'description') ?? '',
    homepage_url: stringAt(packageData, 'homepage') ?? url ?? '',
    pkg_type: 'prebuilt',
    allowed: true,
    approved: false,
    companion: companionOf(packageData),
    core: false,
    enabled,
    install: install ?? {},
    installed: true,
    installed_version: semanticVersion(version),
    // Nothing is asked of the internet.
    latest_version: null,
    status: 'ok',
    author: null,
    license: null,
    bug_tracker_url: null,
    documentation_url: null,
    package_manager_url: null,
    repository_url: url,
  };
}

function companionOf(packageData: JsonObject): string | null {
  const discovery = objectAt(objectAt(packageData, 'jupyterlab'), 'discovery');
  if ('server' in discovery) return 'server';
  return 'kernel' in discovery ? 'kernel' : null;
}

const SEMANTIC: Readonly<Record<string, string>> = { a: '-alpha.', b: '-beta.', rc: '-rc.' };

/** A Python version as JavaScript's packages write it: `4.0.0rc1` is `4.0.0-rc.1`. */
export function semanticVersion(version: string): string {
  return version
    .replace(/\.(?:dev|post)\d+/, '')
    .replace(
      /(a|b|rc)(\d+)$/,
      (_whole, stage: string, number: string) => `${SEMANTIC[stage] ?? ''}${number}`,
    );
}
