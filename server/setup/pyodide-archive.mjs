// dist/pyodide/python-314.zip: what a Python kernel in Pyodide unpacks, our package and IPython's wheels.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { step } from './progress.mjs';
import { PROJECT, VENV } from './project.mjs';
import { findPython } from './python-environment.mjs';
import { runQuietly } from './run-command.mjs';
import { hashOf, hasStamp, writeStamp } from './stamp.mjs';

const SOURCES = join(PROJECT, 'kernel-bridge', 'hosted', 'pyodide', 'python');
const PACKER = join(import.meta.dirname, 'pyodide_archive.py');

/** The archive for the distribution that we depend on. */
export const buildPyodideArchive = () =>
  buildArchive('314', join(PROJECT, '.pyodide-wheels'), join(PROJECT, 'dist', 'pyodide', 'python-314.zip'));

/**
 * Makes an archive where it is missing or made of something else.
 *
 * @param version of Python, without its dot; there is a file of requirements for it
 * @param wheels the folder that keeps what was downloaded, so that a change of our own files downloads nothing
 */
export async function buildArchive(version, wheels, archive) {
  const requirements = join(SOURCES, `requirements-${version}.txt`);
  const wanted = hashOf(readFileSync(requirements));
  const ours = hashOf(wanted, readFileSync(PACKER), ...sourcesOf(join(SOURCES, 'in_the_loop_kernel')));
  if (existsSync(archive) && hasStamp(`${archive}.sources.sha256`, ours)) return;
  const python = existsSync(join(VENV, 'bin', 'python'))
    ? join(VENV, 'bin', 'python')
    : findPython(process.env).command;
  if (!hasStamp(join(wheels, 'requirements.sha256'), wanted)) {
    await step('Downloading IPython for Pyodide', () => download(python, version, requirements, wheels));
    writeStamp(join(wheels, 'requirements.sha256'), wanted);
  }
  mkdirSync(dirname(archive), { recursive: true });
  const failure = 'Packing the Python of kernels in Pyodide failed:';
  await runQuietly(python, [PACKER, wheels, SOURCES, `${archive}.new`], failure);
  renameSync(`${archive}.new`, archive);
  writeStamp(`${archive}.sources.sha256`, ours);
}

async function download(python, version, requirements, wheels) {
  rmSync(wheels, { recursive: true, force: true });
  mkdirSync(wheels, { recursive: true });
  const anyMachine = ['--platform', 'any', '--implementation', 'py', '--abi', 'none'];
  const options = ['--disable-pip-version-check', '--no-input', '--no-deps', '--only-binary', ':all:'];
  const pythonVersion = `${version[0]}.${version.slice(1)}`;
  await runQuietly(
    python,
    ['-m', 'pip', 'download', ...options, ...anyMachine, '--python-version', pythonVersion].concat([
      '--require-hashes',
      '--dest',
      wheels,
      '-r',
      requirements,
    ]),
    'Downloading what kernels in Pyodide need failed; pip says why:',
  );
}

/** Names and contents: dates differ between checkouts. */
function sourcesOf(folder) {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .sort();
  return names.flatMap((name) => [name, readFileSync(join(folder, name))]);
}
