import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders of one server under test, so that neither the person's files nor another test's are seen. */
export interface ServerFolders {
  /** Holds all the others; its name is unique to this server. */
  readonly own: string;
  readonly root: string;
  readonly config: string;
  readonly data: string;
  readonly runtime: string;
  readonly home: string;
  readonly state: string;
  /** Its TMPDIR: jupyter_server puts checkpoints of folders that it may not write there, under a fixed name. */
  readonly temporary: string;
}

export function makeServerFolders(): ServerFolders {
  const own = realpathSync(mkdtempSync(join(tmpdir(), 'itl-')));
  const folder = (name: string): string => {
    const path = join(own, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  };
  return {
    own,
    root: folder('root'),
    config: folder('config'),
    data: folder('data'),
    runtime: folder('run'),
    home: folder('home'),
    state: folder('state'),
    temporary: folder('tmp'),
  };
}

/** The environment of a server that uses only these folders: none of the person's Jupyter settings shine through. */
export function serverEnvironment(folders: ServerFolders): NodeJS.ProcessEnv {
  const foreign = /^(JUPYTER|JPY|IPYTHON|VIRTUAL_ENV|CONDA|IN_THE_LOOP|PYTHON|VITEST|NODE_ENV)/;
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(inherited),
    HOME: folders.home,
    TMPDIR: folders.temporary,
    JUPYTER_CONFIG_DIR: folders.config,
    JUPYTER_DATA_DIR: folders.data,
    JUPYTER_RUNTIME_DIR: folders.runtime,
    IPYTHONDIR: join(folders.home, '.ipython'),
    MPLCONFIGDIR: join(folders.home, '.matplotlib'),
    PYDEVD_DISABLE_FILE_VALIDATION: '1',
  };
}

/** Kernels and shells that a killed server left behind: they carry its runtime folder in their environment. */
export function killLeftBehind(folders: ServerFolders): void {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${entry}/environ`, 'latin1').includes(folders.runtime)) continue;
      process.kill(Number(entry), 'SIGKILL');
    } catch {
      // Ended in the meantime, or belongs to somebody else.
    }
  }
}

export const removeServerFolders = (folders: ServerFolders): void =>
  rmSync(folders.own, { recursive: true, force: true, maxRetries: 5 });
