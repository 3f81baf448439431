import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A Python environment on this machine. */
export interface PythonEnvironment {
  /** Absolute; `bin/python` is in it. */
  readonly prefix: string;
  readonly kind: 'venv' | 'uv' | 'conda';
  /** What people call it: its folder, or for `.venv` and the like the project that it is in. */
  readonly name: string;
  /** As its folder of libraries has it: `3.12`. */
  readonly version: string;
  /** Absolute folder of ipykernel in it; null where it has none, and kernels cannot be started. */
  readonly ipykernel: string | null;
}

export interface EnvironmentSearch {
  /** Folders with projects: what is served, for one. They and their own folders are looked into. */
  readonly projects: readonly string[];
  readonly home: string;
  /** Variables of the process: where conda, pyenv and others say that they are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Of one folder; a home with more projects than that is not searched to its end. */
const MOST_FOLDERS = 200;
/** What virtual environments are called within their project (venv's documentation, uv, Poetry, PDM). */
const WITHIN_PROJECT = ['.venv', 'venv', 'env', '.env'];
const CONDA_HOMES = ['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', 'micromamba', '.conda'];

/**
 * The environments of venv, virtualenv, uv, Poetry, Pipenv, pyenv and conda, found by where these put them; nothing is started.
 * Sorted by prefix; each once, by its real path.
 */
export async function findPythonEnvironments(
  search: EnvironmentSearch,
): Promise<readonly PythonEnvironment[]> {
  const found = new Map<string, PythonEnvironment>();
  for (const prefix of await candidates(search)) {
    const real = await realpath(prefix).catch(() => null);
    if (real === null || found.has(real)) continue;
    const environment = await lookAt(real);
    if (environment !== null) found.set(real, environment);
  }
  return [...found.values()].sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
}

async function candidates({ projects, home, environment }: EnvironmentSearch): Promise<string[]> {
  const folders = await Promise.all(projects.map(async (project) => [project, ...(await within(project))]));
  const inProjects = folders.flat().flatMap((folder) => WITHIN_PROJECT.map((name) => join(folder, name)));
  const conda = await readFile(join(home, '.conda', 'environments.txt'), 'utf8').catch(() => '');
  const { CONDA_PREFIX, CONDA_EXE, WORKON_HOME, PYENV_ROOT, MAMBA_ROOT_PREFIX } = environment;
  const condaHomes = [
    ...CONDA_HOMES.map((name) => join(home, name)),
    ...(MAMBA_ROOT_PREFIX ? [MAMBA_ROOT_PREFIX] : []),
    ...(CONDA_EXE ? [dirname(dirname(CONDA_EXE))] : []),
  ];
  const parents = [
    WORKON_HOME || join(home, '.virtualenvs'),
    join(home, '.local', 'share', 'virtualenvs'),
    join(home, '.cache', 'pypoetry', 'virtualenvs'),
    join(PYENV_ROOT || join(home, '.pyenv'), 'versions'),
    ...condaHomes.map((folder) => join(folder, 'envs')),
  ];
  const inParents = (await Promise.all(parents.map(within))).flat();
  return [
    ...inProjects,
    ...inParents,
    ...condaHomes,
    ...(CONDA_PREFIX ? [CONDA_PREFIX] : []),
    ...conda.split('\n').filter((line) => line.startsWith('/')),
  ];
}

/** Folders in a folder; none where there is no such folder. */
async function within(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .slice(0, MOST_FOLDERS)
    .map(({ name }) => join(folder, name));
}

async function lookAt(prefix: string): Promise<PythonEnvironment | null> {
  const [configuration, packages, libraries, programs] = await Promise.all([
    readFile(join(prefix, 'pyvenv.cfg'), 'utf8').catch(() => null),
    readdir(join(prefix, 'conda-meta')).catch(() => null),
    readdir(join(prefix, 'lib')).catch((): string[] => []),
    readdir(join(prefix, 'bin')).catch((): string[] => []),
  ]);
  // pyenv's versions have neither mark, and are whole installations.
  const isInstallation = basename(dirname(prefix)) === 'versions';
  if (configuration === null && packages === null && !isInstallation) return null;
  const library = libraries
    .filter((name) => /^python3\.\d+$/.test(name))
    .sort(byNumber)
    .at(-1);
  if (library === undefined || !programs.includes('python')) return null;
  const sitePackages = join(prefix, 'lib', library, 'site-packages');
  const hasIpykernel = await readdir(join(sitePackages, 'ipykernel')).then(
    (names) => names.includes('kernelspec.py'),
    () => false,
  );
  return {
    prefix,
    kind: packages !== null ? 'conda' : /^uv *=/m.test(configuration ?? '') ? 'uv' : 'venv',
    name: environmentName(prefix),
    version: library.slice('python'.length),
    ipykernel: hasIpykernel ? join(sitePackages, 'ipykernel') : null,
  };
}

export function environmentName(prefix: string): string {
  const name = basename(prefix);
  return WITHIN_PROJECT.includes(name) ? basename(dirname(prefix)) : name;
}

function byNumber(a: string, b: string): number {
  return Number(a.split('.')[1]) - Number(b.split('.')[1]);
}
