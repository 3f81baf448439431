// .jupyter-collaboration: the client extensions of jupyter-collaboration, for tests. Not in .venv, where every JupyterLab of
// the tests would find them.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './progress.mjs';
import { PROJECT, VENV } from './project.mjs';
import { runQuietly } from './run-command.mjs';
import { hashOf, hasStamp, writeStamp } from './stamp.mjs';

const FOLDER = join(PROJECT, '.jupyter-collaboration');

/** Installs them where they are missing or others are asked for. Needs .venv. */
export async function prepareCollaborationClient() {
  const file = join(PROJECT, 'jupyter_config', 'requirements-collaboration.txt');
  const stamp = join(FOLDER, 'requirements.sha256');
  const hash = hashOf(readFileSync(file));
  if (hasStamp(stamp, hash)) return;
  rmSync(FOLDER, { recursive: true, force: true });
  // Without what they depend on, which is the server that ours stands in for.
  const options = ['--disable-pip-version-check', '--no-input', '--no-deps', '--target', FOLDER, '-r', file];
  await step("Installing jupyter-collaboration's client extensions into .jupyter-collaboration", () =>
    runQuietly(
      join(VENV, 'bin', 'python'),
      ['-m', 'pip', 'install', ...options],
      "Installing jupyter-collaboration's client extensions failed; pip says why:",
      { cwd: PROJECT },
    ),
  );
  writeStamp(stamp, hash);
}
