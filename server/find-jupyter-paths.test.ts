import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findJupyterPaths } from './find-jupyter-paths.ts';

const VENV = join(import.meta.dirname, '..', '.venv');
let home: string;
let basePrefix: string;
let packages: string;
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'itl-paths-'));
  mkdirSync(join(folder, 'real'));
  // As where /home is a link to /usr/home.
  home = join(folder, 'home');
  symlinkSync(join(folder, 'real'), home);
  const program = 'import sys, jupyter_core; print(sys.base_prefix); print(jupyter_core.__path__[0])';
  const answer = execFileSync(join(VENV, 'bin', 'python'), ['-c', program], { encoding: 'utf8' });
  [basePrefix = '', packages = ''] = answer.trim().split('\n');
});
afterAll(() => rmSync(join(home, '..'), { recursive: true }));

interface Answer {
  data: string[];
  config: string[];
  runtime: string[];
}

/** What jupyter_core says itself; outside of the venv it is lent the venv's packages. */
function askJupyter(prefix: string, environment: Record<string, string>): Answer {
  const isVenv = prefix === VENV;
  const lent = isVenv ? {} : { PYTHONPATH: join(packages, '..') };
  const env = { PATH: process.env['PATH'], HOME: home, ...environment, ...lent };
  const python = join(prefix, 'bin', isVenv ? 'python' : 'python3');
  const program = 'from jupyter_core.command import main; main()';
  return JSON.parse(
    execFileSync(python, ['-c', program, '--paths', '--json'], { env, encoding: 'utf8' }),
  ) as Answer;
}

const environments: Record<string, string>[] = [
  {},
  { JUPYTER_PREFER_ENV_PATH: '0' },
  { JUPYTER_PREFER_ENV_PATH: 'No' },
  { JUPYTER_PREFER_ENV_PATH: '1' },
  { JUPYTER_PREFER_ENV_PATH: '' },
  { JUPYTER_PATH: '/a/:/b', JUPYTER_CONFIG_PATH: '/c:/d/' },
  { JUPYTER_DATA_DIR: '/data', JUPYTER_CONFIG_DIR: '/config' },
  { JUPYTER_RUNTIME_DIR: '/runtime', XDG_DATA_HOME: '/xdg' },
  { JUPYTER_PLATFORM_DIRS: '1' },
  { JUPYTER_PLATFORM_DIRS: '1', XDG_CONFIG_HOME: '/xc', XDG_DATA_DIRS: '/xd:/xe', XDG_CONFIG_DIRS: '/xf' },
  { JUPYTER_PLATFORM_DIRS: 'false', PYTHONUSERBASE: '/users/base' },
  { PYTHONNOUSERSITE: '1' },
  { CONDA_PREFIX: '/', CONDA_DEFAULT_ENV: 'science' },
];

describe('findJupyterPaths says what jupyter --paths says', () => {
  describe.each([
    ['in a virtual environment', () => VENV],
    ['outside of one', () => basePrefix],
  ])('%s', (_where, prefixOf) => {
    it.each(environments)('with %j', (environment) => {
      const prefix = prefixOf();
      const ours = findJupyterPaths(prefix, { HOME: home, ...environment });
      const { data, config, runtime } = askJupyter(prefix, environment);
      expect(ours.data).toEqual(data);
      expect(ours.config).toEqual([...new Set(config)]);
      expect(ours.runtime).toBe(runtime[0]);
    });
  });
});

it('starts from an empty config folder when JUPYTER_NO_CONFIG asks for it, the same one each time', () => {
  const first = findJupyterPaths(VENV, { HOME: home, JUPYTER_NO_CONFIG: '1', JUPYTER_CONFIG_DIR: '/config' });
  const second = findJupyterPaths(VENV, { HOME: home, JUPYTER_NO_CONFIG: '1' });
  expect(first.config).toEqual([first.userConfig]);
  expect(second.userConfig).toBe(first.userConfig);
  rmSync(first.userConfig, { recursive: true });
});
