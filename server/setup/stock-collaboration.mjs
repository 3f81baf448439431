// .jupyter-collaboration: jupyter-collaboration's client extensions and its server, for tests. Not in .venv, where every
// JupyterLab of the tests would find them.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './progress.mjs';
import { PROJECT, VENV } from './project.mjs';
import { runQuietly } from './run-command.mjs';
import { hashOf, hasStamp, writeStamp } from './stamp.mjs';

const FOLDER = join(PROJECT, '.jupyter-collaboration');

/** Installs them where they are missing or others are asked for. Needs .venv. */
export async function prepareCollaboration() {
  const file = join(PROJECT, 'jupyter_config', 'requirements-collaboration.txt');
  const stamp = join(FOLDER, 'requirements.sha256');
  const hash = hashOf(readFileSync(file));
  if (hasStamp(stamp, hash)) return;
  rmSync(FOLDER, { recursive: true, force: true });
  // All that is not in .venv is named: what they depend on would bring another JupyterLab along.
  const options = ['--disable-pip-version-check', '--no-input', '--no-deps', '--target', FOLDER, '-r', file];
  await step('Installing jupyter-collaboration into .jupyter-collaboration', () =>
    runQuietly(
      join(VENV, 'bin', 'python'),
      ['-m', 'pip', 'install', ...options],
      'Installing jupyter-collaboration failed; pip says why:',
      { cwd: PROJECT },
    ),
  );
  writeStamp(stamp, hash);
}
