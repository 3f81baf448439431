import { join } from 'node:path';
import { BROWSER_RUNTIME_OPTION } from '../wire/browser-runtime-files.ts';
import { collaborationPageConfig } from './collaboration-page-config.ts';
import type { JsonObject } from './json-object.ts';
import type { LabDirectories } from './lab-directories.ts';
import type { LabInstallation } from './lab-installation.ts';
import { labUrls } from './lab-urls.ts';
import type { ServerTraits } from './server-traits.ts';

/** The page config before anything configured is laid over it (contract §1.2). Its token is set page by page (I10). */
export function basePageConfig(
  server: ServerTraits,
  directories: LabDirectories,
  labextensions: { readonly standard: readonly string[]; readonly extra: readonly string[] },
  installation: LabInstallation,
): JsonObject {
  const { directory } = installation;
  const { browserRuntime = null } = server;
  return {
    ...labUrls(server.baseUrl),
    allow_hidden_files: server.allowsHiddenFiles,
    appName: 'JupyterLab',
    appNamespace: 'lab',
    appSettingsDir: join(directory, 'settings'),
    appVersion: installation.version,
    baseUrl: server.baseUrl,
    // An installed JupyterLab is not rebuilt by this server, and nothing is fetched from the internet unasked.
    buildAvailable: false,
    buildCheck: false,
    news: { disabled: true },
    extensionManager: { name: 'read-only', can_install: false, install_path: directories.prefix },
    cacheFiles: false,
    copyAbsolutePath: false,
    delete_to_trash: server.deletesToTrash,
    devMode: false,
    exposeAppInBrowser: false,
    extraLabextensionsPath: labextensions.extra,
    labextensionsPath: labextensions.standard,
    fullMathjaxUrl: 'https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/MathJax.js',
    fullStaticUrl: `${server.baseUrl}static/lab`,
    ignorePlugins: [],
    inTheLoopVersion: server.version,
    ...collaborationPageConfig(server.collaboration, server.rootDirectory),
    ...(browserRuntime !== null && { [BROWSER_RUNTIME_OPTION]: JSON.stringify(browserRuntime) }),
    mathjaxConfig: 'TeX-AMS_HTML-full,Safe',
    nbclassic_enabled: false,
    notebookStartsKernel: true,
    // A string that holds JSON: that is how clients read it.
    notebookVersion: `[${server.jupyterServerVersion.split('.').join(', ')}]`,
    preferredPath: '/',
    quitButton: true,
    schemasDir: join(directory, 'schemas'),
    serverRoot: server.rootDirectory.replaceAll('\\', '/'),
    staticDir: join(directory, 'static'),
    templatesDir: join(directory, 'static'),
    terminalsAvailable: server.terminalsAvailable,
    themesDir: join(directory, 'themes'),
    untracked_message_types: server.untrackedMessageTypes,
    userSettingsDir: directories.userSettings,
    workspacesDir: directories.workspaces,
    wsUrl: '',
  };
}
