import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LabApplication } from '../../server/lab/lab-application.ts';
import type { LabDirectories } from '../../server/lab/lab-directories.ts';
import type { Collaboration } from '../../server/settings.ts';

/** A JupyterLab of a few small files in folders of its own, as if it was installed with pip. */
export interface InstalledLab {
  /** Holds prefix/, user/ (config), env/ (config), data/ and ours/ (extensions). */
  readonly folder: string;
  readonly directories: LabDirectories;
  readonly application: LabApplication;
  readonly warnings: readonly string[];
  /** Writes a file below the folder: text as it is, anything else as JSON. */
  put(path: string, content: unknown): Promise<string>;
  /** A prebuilt extension in one of the folders of extensions. */
  putExtension(labextensions: string, name: string, jupyterlab?: object): Promise<void>;
  remove(): Promise<void>;
}

const TEMPLATE =
  '<script id="jupyter-config-data" type="application/json">{{ page_config | tojson }}</script>' +
  '<script src="{{ page_config.fullStaticUrl }}/main.js"></script>{% if custom_css %}custom{% endif %}';

export const LAB = 'prefix/share/jupyter/lab';

export async function installLab(
  options: { readonly baseUrl?: string; readonly collaboration?: Collaboration } = {},
): Promise<InstalledLab> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'lab-')));
  const prefix = join(folder, 'prefix');
  const directories: LabDirectories = {
    applications: [join(prefix, 'share', 'jupyter', 'lab')],
    labextensions: [join(folder, 'data', 'labextensions'), join(prefix, 'share', 'jupyter', 'labextensions')],
    userSettings: join(folder, 'user', 'lab', 'user-settings'),
    workspaces: join(folder, 'user', 'lab', 'workspaces'),
    config: [join(folder, 'user'), join(folder, 'env')],
    environmentConfig: join(folder, 'env'),
    prefix,
  };
  const warnings: string[] = [];
  const application = new LabApplication({
    directories,
    extraLabextensionDirectories: [join(folder, 'ours')],
    server: {
      version: '0.0.1',
      rootDirectory: '/home/ada',
      baseUrl: options.baseUrl ?? '/',
      jupyterServerVersion: '2.21.1',
      untrackedMessageTypes: ['comm_info_request'],
      collaboration: options.collaboration ?? 'off',
      terminalsAvailable: true,
      deletesToTrash: true,
      allowsHiddenFiles: false,
    },
    log: { warn: (message) => void warnings.push(message) },
  });
  async function put(path: string, content: unknown): Promise<string> {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }
  await put(`${LAB}/static/index.html`, TEMPLATE);
  await put(`${LAB}/static/package.json`, {
    name: '@jupyterlab/application-top',
    jupyterlab: { version: '4.6.6' },
  });
  return {
    folder,
    directories,
    application,
    warnings,
    put,
    async putExtension(labextensions, name, jupyterlab = {}) {
      const build = { load: 'static/remoteEntry.js', extension: './extension' };
      const packageData = { name, version: '1.0.0', jupyterlab: { _build: build, ...jupyterlab } };
      await put(`${labextensions}/${name}/package.json`, packageData);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
