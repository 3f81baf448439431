import { join } from 'node:path';
import type { Request, Response, Router } from 'express';
import type { Authorize } from './auth/authorize.ts';
import { identityOf } from './auth/identity.ts';
import { BrowserFiles } from './browser-files/browser-files.ts';
import { browserFileRoutes, browserPackageRoutes } from './browser-files/routes.ts';
import { composeOffline } from './compose-offline.ts';
import type { ContentStore } from './contents/content-store.ts';
import type { JupyterPaths } from './jupyter-paths.ts';
import { JinjaTemplates } from './lab/jinja-templates.ts';
import { LabApplication } from './lab/lab-application.ts';
import { labDirectories } from './lab/lab-directories.ts';
import { labRoutes } from './lab/lab-routes.ts';
import { systemLocale } from './lab/locale-names.ts';
import { renderPage } from './lab/render-page.ts';
import type { ServerTraits } from './lab/server-traits.ts';
import { themeRoutes } from './lab/theme-routes.ts';
import type { Logger } from './logger.ts';
import { NotebookPackage } from './notebook/notebook-installation.ts';
import { notebookRoutes } from './notebook/notebook-routes.ts';
import type { ContentsKind } from './notebook/notebook-routes.ts';
import { admitted } from './request-admission.ts';
import type { ServerSettings } from './settings.ts';
import { CompressedReplies } from './static/compressed-replies.ts';
import { CompressionCache } from './static/compression-cache.ts';
import type { StaticFile } from './static/find-static-file.ts';
import { faviconRoute } from './static/favicon-route.ts';
import { ServerAssets } from './static/server-assets.ts';
import { StaticFiles } from './static/static-files.ts';
import { staticRoutes } from './static/static-routes.ts';

/** Where all that is compiled is. */
const BUILT = join(import.meta.dirname, '..');

export interface FrontEnds {
  readonly publicRoutes: readonly Router[];
  readonly authenticatedRoutes: readonly Router[];
  /** Sends a file as those of the front-ends are sent. Its Content-Type is set already. */
  readonly sendFile: (request: Request, response: Response, file: StaticFile) => Promise<void>;
  /** A plugin of JupyterLab's pages was disabled in their configuration, alone or with all of its extension. */
  isDisabled(plugin: string): Promise<boolean>;
  close(): Promise<void>;
}

/** The stock front-ends of the person's Python environment: their files, pages and APIs. */
export function createFrontEnds(dependencies: {
  readonly settings: ServerSettings;
  readonly paths: JupyterPaths;
  readonly traits: ServerTraits;
  readonly extensionDirectories: readonly string[];
  readonly store: ContentStore;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): FrontEnds {
  const { settings, paths, traits, extensionDirectories, store, authorize, logger } = dependencies;
  const { baseUrl } = settings;
  const log = { warn: (message: string) => logger.warn(message) };
  const browserFiles = new BrowserFiles({ ...settings.pyodide, built: BUILT });
  const application = new LabApplication({
    directories: labDirectories(paths, process.env),
    extraLabextensionDirectories: extensionDirectories,
    server: { ...traits, browserRuntime: browserFiles.described },
    log,
  });
  const notebook = new NotebookPackage(paths.prefix);
  const assets = new ServerAssets(paths.prefix);
  const templates = new JinjaTemplates();
  const replies = new CompressedReplies();
  const send = replies.send.bind(replies);
  const cache = new CompressionCache(join(settings.stateDirectory, 'compressed'), (error) =>
    logger.warn({ err: error }, 'compressed files cannot be kept and are made anew for each visit'),
  );
  const files = new StaticFiles(cache);
  const sendVersioned = files.sendVersioned.bind(files);
  // A page opened by its token goes on with it; one opened by the login cookie needs none (I10).
  const tokenFor = (request: Request): string => {
    if (request.res === undefined || !admitted(request.res).byToken) return '';
    return identityOf(request.res).right === 'full' ? settings.token : settings.viewToken;
  };
  const mounts = [
    {
      url: '/static/lab',
      directories: () => Promise.resolve(application.staticDirectories),
      links: 'inside',
    },
    { url: '/static/notebook', directories: () => notebook.staticDirectories(), links: 'inside' },
    { url: '/static', directories: () => assets.directories(), links: 'inside' },
    {
      url: '/lab/extensions',
      directories: () => Promise.resolve(application.labextensions),
      links: 'linked-directories',
    },
  ] as const;
  const offline = composeOffline({ settings, application, notebook, assets, authorize });
  return {
    publicRoutes: [
      ...offline.publicRoutes,
      staticRoutes(files, mounts),
      browserFileRoutes(browserFiles, sendVersioned),
      faviconRoute(files, assets),
      themeRoutes(application, send, (...parameters) => files.send(...parameters)),
    ],
    authenticatedRoutes: [
      ...offline.authenticatedRoutes,
      browserPackageRoutes(browserFiles, { send: sendVersioned, authorize }),
      notebookRoutes({
        notebook,
        authorize,
        baseUrl,
        userConfigDirectory: paths.userConfig,
        prefix: paths.prefix,
        labPageConfig: () => application.pageConfig(),
        renderPage: (template, pageConfig, customCss) =>
          renderPage(templates, template, pageConfig, customCss),
        tokenFor,
        kindOf: (path) => kindOf(store, path),
      }),
      labRoutes({
        application,
        templates,
        authorize,
        tokenFor,
        send,
        systemLocale: systemLocale(process.env),
      }),
    ],
    sendFile: (...parameters) => files.sendFile(...parameters),
    async isDisabled(plugin) {
      const disabled = (await application.pageConfig())?.['disabledExtensions'];
      const names = [plugin, plugin.split(':')[0]];
      return Array.isArray(disabled) && disabled.some((name) => names.includes(String(name)));
    },
    close: () => cache.close(),
  };
}

async function kindOf(store: ContentStore, path: string): Promise<ContentsKind> {
  if (await store.isHidden(path)) return null;
  if (await store.directoryExists(path)) return 'directory';
  if (!(await store.fileExists(path))) return null;
  return path.endsWith('.ipynb') ? 'notebook' : 'file';
}
