import type { NotebookInstallation } from './notebook-installation.ts';

export type PageConfig = Readonly<Record<string, unknown>>;

/** What Notebook's pages are told otherwise than Lab's (contract §1.5). Its token is set page by page (I10). */
export function notebookPageConfig(
  lab: PageConfig,
  notebook: NotebookInstallation,
  server: { readonly baseUrl: string; readonly userConfigDirectory: string },
): PageConfig {
  return {
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
}
