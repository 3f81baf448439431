import { JUPYTER_SERVER_VERSION } from './jupyter-server-version.ts';
import { untrackedMessageTypes } from './kernels/untracked-message-types.ts';
import type { ServerTraits } from './lab/server-traits.ts';
import type { ServerSettings } from './settings.ts';
import { VERSION } from './version.ts';

/** What JupyterLab's pages are told of this server. */
export function serverTraits({ rootDirectory, baseUrl, collaboration }: ServerSettings): ServerTraits {
  return {
    version: VERSION,
    rootDirectory,
    baseUrl,
    jupyterServerVersion: JUPYTER_SERVER_VERSION,
    untrackedMessageTypes,
    collaboration,
    terminalsAvailable: true,
    deletesToTrash: true,
    allowsHiddenFiles: false,
  };
}
