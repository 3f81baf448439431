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

interface Answer<Runtime = string> {
  data: string[];
  config: string[];
  runtime: Runtime;
}

/** What jupyter_core says itself; outside of the venv it is lent the venv's packages. */
function askJupyter(prefix: string, environment: Record<string, string>): Answer<string[]> {
  const isVenv = prefix === VENV;
  const lent = isVenv ? {} : { PYTHONPATH: join(packages, '..') };
  const env = { PATH: process.env['PATH'], HOME: home, ...environment, ...lent };
  const python = join(prefix, 'bin', isVenv ? 'python' : 'python3');
  const program = 'from jupyter_core.command import main; main()';
  return JSON.parse(
    execFileSync(python, ['-c', program, '--paths', '--json'], { env, encoding: 'utf8' }),
  ) as Answer<string[]>;
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

/** What jupyter_core's functions, which the command prints, say to each of many environments in one process. */
function askForEach(prefix: string, environments: readonly Record<string, string>[]): Answer[] {
  const program = `
import json, os, sys
from jupyter_core.paths import jupyter_config_path, jupyter_path, jupyter_runtime_dir
constant = dict(os.environ)
answers = []
for environment in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(constant | environment)
    answers.append({"data": jupyter_path(), "config": jupyter_config_path(), "runtime": jupyter_runtime_dir()})
json.dump(answers, sys.stdout)
`;
  const isVenv = prefix === VENV;
  const lent = isVenv ? {} : { PYTHONPATH: join(packages, '..') };
  const env = { PATH: process.env['PATH'], HOME: home, ...lent };
  const answer = execFileSync(join(prefix, 'bin', isVenv ? 'python' : 'python3'), ['-c', program], {
    env,
    input: JSON.stringify(environments),
    encoding: 'utf8',
  });
  return JSON.parse(answer) as Answer[];
}

/** Every choice of one value for each variable; null leaves it unset. */
function everyCombination(
  values: Readonly<Record<string, readonly (string | null)[]>>,
): Record<string, string>[] {
  let combinations: Record<string, string>[] = [{}];
  for (const [name, choices] of Object.entries(values)) {
    combinations = combinations.flatMap((combination) =>
      choices.map((choice) => (choice === null ? combination : { ...combination, [name]: choice })),
    );
  }
  return combinations;
}

it.each([
  ['in a virtual environment', () => VENV],
  ['outside of one', () => basePrefix],
])('says what jupyter_core says to every combination of its variables %s', (_where, prefixOf) => {
  const combinations = everyCombination({
    JUPYTER_PREFER_ENV_PATH: [null, '0', '1'],
    JUPYTER_PATH: [null, '', '/a/:/b'],
    JUPYTER_CONFIG_PATH: [null, '/c:/d/'],
    JUPYTER_DATA_DIR: [null, '', '/data'],
    JUPYTER_CONFIG_DIR: [null, '', '/config'],
    JUPYTER_RUNTIME_DIR: [null, '', '/runtime'],
    XDG_DATA_HOME: [null, '/xdg'],
  });
  const answers = askForEach(prefixOf(), combinations);
  expect(answers).toHaveLength(972);
  const ours = combinations.map((environment) => {
    const { data, config, runtime } = findJupyterPaths(prefixOf(), { HOME: home, ...environment });
    return { environment, data, config, runtime };
  });
  const theirs = answers.map(({ data, config, runtime }, at) => ({
    environment: combinations[at],
    data,
    config: [...new Set(config)],
    runtime,
  }));
  expect(ours).toEqual(theirs);
});

it('starts from an empty config folder when JUPYTER_NO_CONFIG asks for it, the same one each time', () => {
  const first = findJupyterPaths(VENV, { HOME: home, JUPYTER_NO_CONFIG: '1', JUPYTER_CONFIG_DIR: '/config' });
  const second = findJupyterPaths(VENV, { HOME: home, JUPYTER_NO_CONFIG: '1' });
  expect(first.config).toEqual([first.userConfig]);
  expect(second.userConfig).toBe(first.userConfig);
  rmSync(first.userConfig, { recursive: true });
});
