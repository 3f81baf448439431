import type { NotebookInstallation } from './notebook-installation.ts';

export type PageConfig = Readonly<Record<string, unknown>>;

/** What Notebook's pages are told otherwise than Lab's (contract §1.5). Its token is set page by page (I10). */
export function notebookPageConfig(
  lab: PageConfig,
  notebook: NotebookInstallation,
  server: { readonly baseUrl: string; readonly userConfigDirectory: string },
): PageConfig {
  const config: Record<string, unknown> = {
    ...lab,
    appName: 'Jupyter Notebook',
    appNamespace: 'notebook',
    appVersion: notebook.version,
    cacheFiles: true,
    frontendUrl: server.baseUrl,
    fullStaticUrl: `${server.baseUrl}static/notebook`,
    jupyterConfigDir: server.userConfigDirectory,
    staticDir: notebook.static,
    templatesDir: notebook.templates,
  };
  // Lab's own, which Jupyter's Notebook pages have only by accident: once a page of Lab was served.
  delete config['serverRoot'];
  delete config['ignorePlugins'];
  return config;
}
