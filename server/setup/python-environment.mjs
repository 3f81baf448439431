// .venv: a Python environment with the pinned JupyterLab, Notebook and ipykernel.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './progress.mjs';
import { PROJECT, VENV } from './project.mjs';
import { runQuietly } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';
import { hashOf, hasStamp, writeStamp } from './stamp.mjs';

/** ipykernel 7 needs it. */
const OLDEST_PYTHON = [3, 11];
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];
const PYTHON = join(VENV, 'bin', 'python');

/** Makes .venv where it is missing, and installs a file of jupyter_config/ into it where that file has changed. */
export async function preparePythonEnvironment(requirements, what) {
  if (!existsSync(PYTHON)) await createEnvironment();
  const file = join(PROJECT, 'jupyter_config', requirements);
  const stamp = join(VENV, `${requirements}.sha256`);
  const hash = hashOf(readFileSync(file), readFileSync(join(PROJECT, 'jupyter_config', 'requirements.txt')));
  if (hasStamp(stamp, hash)) return;
  await step(`Installing ${what} into .venv (takes a minute or two)`, () =>
    runQuietly(
      PYTHON,
      ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '-r', file],
      `Installing ${what} into the Python environment .venv failed; pip says why:`,
      { cwd: PROJECT },
    ),
  );
  writeStamp(stamp, hash);
}

/** Specs of the kernels in other languages that the tests run, where pip does not bring them. */
export async function installTestKernelspecs() {
  const kernels = join(VENV, 'share', 'jupyter', 'kernels');
  if (!existsSync(join(kernels, 'deno', 'kernel.json'))) {
    // `deno jupyter --install` would write into the person's own folder.
    const argv = [join(VENV, 'bin', 'deno'), 'jupyter', '--kernel', '--conn', '{connection_file}'];
    mkdirSync(join(kernels, 'deno'), { recursive: true });
    const spec = { argv, display_name: 'Deno', language: 'typescript', interrupt_mode: 'message' };
    writeFileSync(join(kernels, 'deno', 'kernel.json'), JSON.stringify(spec));
  }
  if (existsSync(join(kernels, 'bash', 'kernel.json'))) return;
  await step('Installing the Bash kernelspec', () =>
    runQuietly(
      PYTHON,
      ['-m', 'bash_kernel.install', '--sys-prefix'],
      'Installing the kernelspec of bash_kernel failed; it says why:',
    ),
  );
}

async function createEnvironment() {
  const python = findPython(process.env);
  rmSync(VENV, { recursive: true, force: true });
  await step(`Creating a Python ${python.version} environment in .venv`, () =>
    runQuietly(
      python.command,
      ['-m', 'venv', VENV],
      'Creating the Python environment .venv failed; `python3 -m venv` says why:',
    ),
  ).catch((error) => {
    rmSync(VENV, { recursive: true, force: true });
    throw error;
  });
  // Ours, one folder up, would make ECMAScript modules of the CommonJS programs in Python packages, such as JupyterLab's yarn.
  writeFileSync(join(VENV, 'package.json'), '{ "private": true }\n');
}

/**
 * The first Python on the PATH that can make our environment: `{ command, version }`.
 * @throws SetupError with the remedy where there is none
 */
export function findPython(environment) {
  const found = CANDIDATES.map((command) => inspectPython(command, environment)).filter(
    (python) => python !== null,
  );
  const newEnough = found.filter(
    ({ version }) => version[0] > OLDEST_PYTHON[0] || version[1] >= OLDEST_PYTHON[1],
  );
  const complete = newEnough.find((python) => python.canMakeEnvironments);
  if (complete) return { ...complete, version: complete.version.join('.') };
  if (newEnough.length > 0) {
    throw new SetupError(
      `The Python on your PATH (${newEnough[0].command}) cannot make virtual environments: its venv or ensurepip module is ` +
        'missing. On Debian and Ubuntu, `sudo apt install python3-venv` adds it. Or point at an environment that has ' +
        'JupyterLab 4: npm start -- --prefix FOLDER.',
    );
  }
  const tooOld = found.map(({ command, version }) => `${command} is ${version.join('.')}`).join(', ');
  throw new SetupError(
    `In the Loop serves JupyterLab from a Python environment, and needs Python ${OLDEST_PYTHON.join('.')} or newer to make ` +
      `one; ${tooOld === '' ? 'there is no python3 on your PATH' : `on your PATH, ${tooOld}`}. Install it (on Debian and ` +
      'Ubuntu `sudo apt install python3 python3-venv`, on macOS `brew install python`, or from https://python.org), or point ' +
      'at an environment that has JupyterLab 4: npm start -- --prefix FOLDER.',
  );
}

function inspectPython(command, env) {
  const program =
    'import sys, importlib.util as u; print(*sys.version_info[:2], bool(u.find_spec("venv") and u.find_spec("ensurepip")))';
  const { status, stdout } = spawnSync(command, ['-c', program], { env, encoding: 'utf8' });
  if (status !== 0) return null;
  const [major, minor, canMakeEnvironments] = stdout.trim().split(' ');
  return {
    command,
    version: [Number(major), Number(minor)],
    canMakeEnvironments: canMakeEnvironments === 'True',
  };
}

export const sayWhichEnvironment = ({ prefix, source }) =>
  say(`Using the Python environment ${prefix}, given by ${source}.`);
