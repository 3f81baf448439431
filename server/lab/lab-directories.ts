import { join } from 'node:path';
import type { JupyterPaths } from '../jupyter-paths.ts';

/** Where JupyterLab's things are, in Jupyter's own places, so that both servers can be used in turn. */
export interface LabDirectories {
  /** Candidates for the application (static/, schemas/, themes/, settings/); the first that holds it is used. */
  readonly applications: readonly string[];
  /** Folders of prebuilt extensions, highest priority first, without the extra ones of this server. */
  readonly labextensions: readonly string[];
  readonly userSettings: string;
  readonly workspaces: string;
  /** Folders that hold labconfig/, highest priority first. */
  readonly config: readonly string[];
  /** Plugins are enabled and disabled for the whole environment, as in Jupyter. */
  readonly environmentConfig: string;
  readonly prefix: string;
}

/** @param environment JUPYTERLAB_DIR, JUPYTERLAB_SETTINGS_DIR and JUPYTERLAB_WORKSPACES_DIR mean what they mean there. */
export function labDirectories(paths: JupyterPaths, environment: NodeJS.ProcessEnv): LabDirectories {
  const chosen = environment['JUPYTERLAB_DIR'];
  const shared = [join(paths.prefix, 'share', 'jupyter'), ...paths.data].map((directory) =>
    join(directory, 'lab'),
  );
  return {
    applications: chosen ? [chosen] : [...new Set(shared)],
    labextensions: paths.data.map((directory) => join(directory, 'labextensions')),
    userSettings: environment['JUPYTERLAB_SETTINGS_DIR'] || join(paths.userConfig, 'lab', 'user-settings'),
    workspaces: environment['JUPYTERLAB_WORKSPACES_DIR'] || join(paths.userConfig, 'lab', 'workspaces'),
    config: paths.config,
    environmentConfig: join(paths.prefix, 'etc', 'jupyter'),
    prefix: paths.prefix,
  };
}
