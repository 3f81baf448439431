// dist/pyodide: the archive that a Python kernel in Pyodide imports from (our package and IPython's wheels), and a snapshot.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { step } from './progress.mjs';
import { packageFile, PROJECT, VENV } from './project.mjs';
import { findPython } from './python-environment.mjs';
import { runQuietly } from './run-command.mjs';
import { hashOf, hasStamp, writeStamp } from './stamp.mjs';

const SOURCES = join(PROJECT, 'kernel-bridge', 'hosted', 'pyodide', 'python');
const PACKER = join(import.meta.dirname, 'pyodide_archive.py');

const SNAPSHOT_MAKER = join(import.meta.dirname, 'pyodide-snapshot.mjs');

/** Archive and snapshot for the distribution that we depend on. The server must have been compiled. */
export async function buildPyodideFiles() {
  const folder = join(PROJECT, 'dist', 'pyodide');
  const kernel = join('kernel-bridge', 'pyodide', 'logos');
  cpSync(join(PROJECT, kernel), join(PROJECT, 'dist', kernel), { recursive: true });
  const archive = join(folder, 'python-314.zip');
  const snapshot = join(folder, 'snapshot-314.bin');
  await buildArchive('314', join(PROJECT, '.pyodide-wheels'), archive);
  const made = ['pyodide.asm.wasm', 'python_stdlib.zip'].map((name) => packageFile('pyodide', name));
  made.push(join(PROJECT, 'dist', 'kernel-bridge', 'hosted', 'pyodide', 'prepare-python.js'));
  const wanted = hashOf(...[archive, ...made, SNAPSHOT_MAKER].map((file) => readFileSync(file)));
  if (existsSync(snapshot) && hasStamp(`${snapshot}.sources.sha256`, wanted)) return;
  const failure = 'Starting Pyodide once, to keep its memory for kernels, failed:';
  await step('Preparing Python for Pyodide', () =>
    runQuietly(process.execPath, [SNAPSHOT_MAKER, archive, snapshot], failure),
  );
  writeStamp(`${snapshot}.sources.sha256`, wanted);
}

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
