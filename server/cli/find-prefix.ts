import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { CommandError } from './command-error.ts';
import type { Environment } from './environment-options.ts';
import { jupyterLabVersion } from './jupyterlab-version.ts';

const REMEDY =
  'Install it there (`pip install "jupyterlab>=4" notebook ipykernel`), or name an environment that has it: --prefix FOLDER.';

/**
 * The Python environment to serve: the one named, else the first with JupyterLab 4 of the active virtual environment,
 * the active conda environment, and the one whose `jupyter` is on the PATH.
 * @throws CommandError where there is none, or the named one will not do
 */
export function findPrefix(named: string | undefined, environment: Environment): string {
  if (named !== undefined) {
    const prefix = resolve(named);
    const lacking = whatIsLacking(prefix);
    if (lacking === null) return prefix;
    throw new CommandError(`The Python environment ${prefix} cannot be served: ${lacking}. ${REMEDY}`);
  }
  let looked = '';
  // The last one may start a Python, so it is asked only where the first two will not do.
  for (const candidate of [
    () => environment['VIRTUAL_ENV'],
    () => environment['CONDA_PREFIX'],
    () => prefixOfJupyter(environment),
  ]) {
    const prefix = candidate();
    if (!prefix) continue;
    const lacking = whatIsLacking(prefix);
    if (lacking === null) return resolve(prefix);
    looked += ` ${prefix}: ${lacking}.`;
  }
  throw new CommandError(
    'No Python environment with JupyterLab 4 was found: neither an active virtual or conda environment nor the jupyter ' +
      `command on your PATH has it.${looked} ${REMEDY}`,
  );
}

/** Why an environment cannot be served, in words; null if it can. */
export function whatIsLacking(prefix: string): string | null {
  if (!existsSync(prefix)) return 'there is no such folder';
  if (!['python', 'python3'].some((name) => existsSync(join(prefix, 'bin', name)))) {
    return 'it holds no bin/python, so it is not a Python environment';
  }
  const version = jupyterLabVersion(prefix);
  if (version === null) return 'JupyterLab is not installed in it';
  return Number.parseInt(version) >= 4 ? null : `its JupyterLab ${version} is too old`;
}

function prefixOfJupyter(environment: Environment): string | null {
  const script = (environment['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'jupyter'))
    .find(isExecutable);
  if (script === undefined) return null;
  const python = interpreterOf(script);
  if (python !== null && isAbsolute(python)) return dirname(dirname(python));
  // A launcher of pyenv or the like: only the Python beside it can say where it leads.
  const beside = spawnSync(join(dirname(script), 'python3'), ['-c', 'import sys; print(sys.prefix)'], {
    encoding: 'utf8',
  });
  return beside.status === 0 ? beside.stdout.trim() : null;
}

/** The Python in the first line of a script, or in pip's second where the path is too long for a first. */
function interpreterOf(script: string): string | null {
  const [first = '', second = ''] = readFileSync(script, 'latin1').slice(0, 4_096).split('\n');
  return (
    /^#!\s*(\S*python[\d.]*)\s*$/.exec(first)?.[1] ??
    /^'''exec' "?([^"]*python[\d.]*)"? /.exec(second)?.[1] ??
    null
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // The usual case: this folder of the PATH has no jupyter.
  }
}
