import { mkdtempSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { JupyterPaths } from './jupyter-paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What `<prefix>/bin/jupyter --paths` prints, found without starting Python, which would cost more than all the rest of
 * our start. A differential test holds it to jupyter_core's answers.
 * @param prefix absolute; the Python environment's sys.prefix
 */
export function findJupyterPaths(prefix: string, environment: Environment): JupyterPaths {
  const home = realHome(environment);
  const places = isSet(environment, 'JUPYTER_PLATFORM_DIRS')
    ? platformPlaces(environment['HOME'] || homedir(), environment)
    : jupyterPlaces(home, environment);
  const userData = environment['JUPYTER_DATA_DIR'] || places.userData;
  const userConfig = cleanConfig(environment) ?? (environment['JUPYTER_CONFIG_DIR'] || places.userConfig);
  const userBase = userSiteBase(prefix, home, environment);
  const level = {
    preferEnvironment: prefersEnvironment(prefix, environment),
    userBase,
    prefix,
  };
  return {
    data: searchPath(level, environment['JUPYTER_PATH'], ['share', 'jupyter'], userData, places.systemData),
    config: cleanConfig(environment)
      ? [userConfig]
      : searchPath(
          level,
          environment['JUPYTER_CONFIG_PATH'],
          ['etc', 'jupyter'],
          userConfig,
          places.systemConfig,
        ),
    runtime: environment['JUPYTER_RUNTIME_DIR'] || join(userData, 'runtime'),
    userData,
    userConfig,
    prefix,
  };
}

function searchPath(
  level: { preferEnvironment: boolean; userBase: string | null; prefix: string },
  additional: string | undefined,
  tail: readonly [string, string],
  user: string,
  system: readonly string[],
): string[] {
  const first = additional ? additional.split(delimiter).map((path) => path.replace(/\/+$/, '')) : [];
  const inUserBase = level.userBase === null ? user : join(level.userBase, ...tail);
  const users = inUserBase === user ? [user] : [user, inUserBase];
  const environments = [join(level.prefix, ...tail)].filter((path) => !system.includes(path));
  const middle = level.preferEnvironment ? [...environments, ...users] : [...users, ...environments];
  const before = [...first, ...middle];
  // jupyter_core leaves out repeated system folders from the data path alone; a config folder read twice is read the
  // same way twice, so we leave them out there too.
  return [...before, ...system.filter((path) => !before.includes(path))];
}

interface Places {
  readonly userData: string;
  readonly userConfig: string;
  readonly systemData: readonly string[];
  readonly systemConfig: readonly string[];
}

function jupyterPlaces(home: string, environment: Environment): Places {
  const userData =
    process.platform === 'darwin'
      ? join(home, 'Library', 'Jupyter')
      : join(environment['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'jupyter');
  return {
    userData,
    userConfig: join(home, '.jupyter'),
    systemData: ['/usr/local/share/jupyter', '/usr/share/jupyter'],
    systemConfig: ['/usr/local/etc/jupyter', '/etc/jupyter'],
  };
}

/** Where the package platformdirs puts things, which JUPYTER_PLATFORM_DIRS asks for. */
function platformPlaces(home: string, environment: Environment): Places {
  if (process.platform === 'darwin') {
    const user = join(home, 'Library', 'Application Support', 'Jupyter');
    const system = ['/Library/Application Support/Jupyter'];
    return { userData: user, userConfig: user, systemData: system, systemConfig: system };
  }
  const from = (variable: string, otherwise: string): string[] =>
    (environment[variable]?.trim() || otherwise).split(delimiter).map((path) => join(path, 'jupyter'));
  return {
    userData: from('XDG_DATA_HOME', join(home, '.local', 'share'))[0] ?? '',
    userConfig: from('XDG_CONFIG_HOME', join(home, '.config'))[0] ?? '',
    systemData: from('XDG_DATA_DIRS', '/usr/local/share:/usr/share'),
    systemConfig: from('XDG_CONFIG_DIRS', '/etc/xdg'),
  };
}

/** As jupyter_core reads its switches: anything but no, n, false, off and zero counts as yes, even nothing. */
function isSet(environment: Environment, name: string): boolean {
  const value = environment[name];
  return value !== undefined && !['no', 'n', 'false', 'off', '0', '0.0'].includes(value.toLowerCase());
}

function prefersEnvironment(prefix: string, environment: Environment): boolean {
  if (environment['JUPYTER_PREFER_ENV_PATH'] !== undefined)
    return isSet(environment, 'JUPYTER_PREFER_ENV_PATH');
  if (readVenvConfiguration(prefix) !== null) return isOurs(prefix);
  const conda = environment['CONDA_PREFIX'];
  const isNamedConda = conda !== undefined && prefix.startsWith(conda);
  return isNamedConda && (environment['CONDA_DEFAULT_ENV'] ?? 'base') !== 'base' && isOurs(prefix);
}

/** The folder of `pip install --user`; null where Python does not look there (site.ENABLE_USER_SITE). */
function userSiteBase(prefix: string, home: string, environment: Environment): string | null {
  if (environment['PYTHONNOUSERSITE']) return null;
  const venv = readVenvConfiguration(prefix);
  if (venv !== null && !/^include-system-site-packages\s*=\s*true\s*$/im.test(venv)) return null;
  if (environment['PYTHONUSERBASE']) return environment['PYTHONUSERBASE'].replace(/\/+$/, '');
  const framework = /Python\.framework\/Versions\/([\d.]+)/.exec(prefix);
  if (framework?.[1]) return join(home, 'Library', 'Python', framework[1]);
  return join(environment['HOME'] || homedir(), '.local');
}

function readVenvConfiguration(prefix: string): string | null {
  try {
    return readFileSync(join(prefix, 'pyvenv.cfg'), 'utf8');
  } catch {
    return null; // Not a virtual environment.
  }
}

function isOurs(folder: string): boolean {
  try {
    return statSync(folder).uid === process.geteuid?.();
  } catch {
    return dirname(folder) !== folder && isOurs(dirname(folder));
  }
}

function realHome(environment: Environment): string {
  const home = environment['HOME'] || homedir();
  try {
    return realpathSync(home);
  } catch {
    return home; // A home that does not exist yet, as in some containers.
  }
}

let cleanConfigFolder: string | undefined;

/** JUPYTER_NO_CONFIG asks for a start without anybody's configuration: an empty folder, the same for the whole process. */
function cleanConfig(environment: Environment): string | null {
  if (!environment['JUPYTER_NO_CONFIG']) return null;
  return (cleanConfigFolder ??= mkdtempSync(join(tmpdir(), 'jupyter-clean-cfg-')));
}
