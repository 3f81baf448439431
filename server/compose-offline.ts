import { join } from 'node:path';
import type { Router } from 'express';
import type { Authorize } from './auth/authorize.ts';
import type { LabApplication } from './lab/lab-application.ts';
import type { NotebookPackage } from './notebook/notebook-installation.ts';
import { keptFiles } from './offline/kept-files.ts';
import type { KeptFiles, ServedFolder } from './offline/kept-files.ts';
import { offlineRoutes, offlineScriptRoutes } from './offline/offline-routes.ts';
import type { ServerSettings } from './settings.ts';
import type { ServerAssets } from './static/server-assets.ts';

/** The service worker, built beside the compiled server. */
const SCRIPTS = join(import.meta.dirname, '..', 'offline');

/** The front-ends without the server: what browsers keep of them. Only our own documents go on offline. */
export function composeOffline(deps: {
  readonly settings: ServerSettings;
  readonly application: LabApplication;
  readonly notebook: NotebookPackage;
  readonly assets: ServerAssets;
  readonly authorize: Authorize;
}): { readonly publicRoutes: readonly Router[]; readonly authenticatedRoutes: readonly Router[] } {
  const { settings, application, notebook, assets, authorize } = deps;
  const { baseUrl, rootDirectory, collaboration } = settings;
  const enabled = collaboration === 'on';

  async function kept(): Promise<KeptFiles> {
    const state = await application.state();
    const pageConfig = state?.pageConfig ?? null;
    const lab: ServedFolder[] = [];
    const both: ServedFolder[] = [];
    if (state !== null) {
      const { directory } = state.installation;
      lab.push({ url: 'static/lab', directory: join(directory, 'static') });
      for (const name of extensionNames(pageConfig))
        for (const extensions of application.labextensions)
          both.push({ url: `lab/extensions/${name}/static`, directory: join(extensions, name, 'static') });
      both.push({ url: 'lab/api/themes', directory: join(directory, 'themes') });
    }
    for (const directory of await assets.directories())
      both.push({ url: 'static/favicons', directory: join(directory, 'favicons') });
    const statics = await notebook.staticDirectories();
    return keptFiles(
      { rootDirectory, pageConfig, notebook: await notebook.installation() },
      {
        lab: [...lab, ...both],
        notebook: [...statics.map((directory) => ({ url: 'static/notebook', directory })), ...both],
      },
    );
  }

  return {
    publicRoutes: [offlineScriptRoutes({ directory: SCRIPTS, baseUrl, enabled })],
    authenticatedRoutes: [offlineRoutes({ authorize, enabled, keptFiles: kept })],
  };
}

function extensionNames(pageConfig: Readonly<Record<string, unknown>> | null): readonly string[] {
  const entries = pageConfig?.['federated_extensions'];
  if (!Array.isArray(entries)) return [];
  return entries.map((entry: unknown) => (entry as { readonly name: string }).name);
}
