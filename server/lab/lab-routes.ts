import { Router } from 'express';
import type { Request } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import type { JinjaTemplates } from './jinja-templates.ts';
import type { SendReply } from './json-reply.ts';
import type { LabApplication } from './lab-application.ts';
import { labPageRoutes } from './lab-page-routes.ts';
import { LabPages } from './lab-pages.ts';
import { LabSettings } from './lab-settings.ts';
import { LabWorkspaces } from './lab-workspaces.ts';
import { LanguagePacks } from './language-packs.ts';
import { licenseRoutes } from './license-routes.ts';
import { managerRoutes } from './manager-routes.ts';
import { PluginManager } from './plugin-manager.ts';
import { readOnlyRoutes } from './read-only-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { translationRoutes } from './translation-routes.ts';
import { workspaceRoutes } from './workspace-routes.ts';

export interface LabDependencies {
  readonly application: LabApplication;
  readonly templates: JinjaTemplates;
  readonly authorize: Authorize;
  /** The token of the requester's own session; empty where it has none (I10). */
  readonly tokenFor: (request: Request) => string;
  readonly send: SendReply;
  /** What the language setting `default` means: `systemLocale(process.env)`. */
  readonly systemLocale: string;
}

/** JupyterLab's pages and its API under `/lab/api`, for whoever is signed in (contract §1.4). */
export function labRoutes({
  application,
  templates,
  authorize,
  tokenFor,
  send,
  systemLocale,
}: LabDependencies): Router {
  const { directories, log } = application;
  const packs = new LanguagePacks(directories.prefix, systemLocale, log);
  const settings = new LabSettings(application, (locale) => packs.schemaTranslator(locale));
  const router = Router();
  router.use(settingsRoutes(settings, authorize, send));
  router.use(workspaceRoutes(new LabWorkspaces(directories.workspaces, log), authorize, send));
  router.use(translationRoutes(packs, () => settings.locale(), authorize, send));
  router.use(licenseRoutes(application, authorize, send));
  router.use(managerRoutes({ application, plugins: new PluginManager(application), authorize, send }));
  router.use(readOnlyRoutes(authorize));
  // Last: it answers everything else under /lab.
  router.use(
    labPageRoutes({ application, pages: new LabPages(application, templates), authorize, tokenFor }),
  );
  return router;
}
