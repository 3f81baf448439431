// .enterprise-gateway: a Python environment with Jupyter Enterprise Gateway, for tests. Not .venv, for it needs the
// jupyter_server of years ago.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './progress.mjs';
import { PROJECT, VENV } from './project.mjs';
import { runQuietly } from './run-command.mjs';
import { hashOf, hasStamp, writeStamp } from './stamp.mjs';

const FOLDER = join(PROJECT, '.enterprise-gateway');

/** Installs it where it is missing or another one is asked for. Needs .venv. */
export async function prepareEnterpriseGateway() {
  const file = join(PROJECT, 'jupyter_config', 'requirements-enterprise-gateway.txt');
  const stamp = join(FOLDER, 'requirements.sha256');
  const hash = hashOf(readFileSync(file));
  if (hasStamp(stamp, hash)) return;
  rmSync(FOLDER, { recursive: true, force: true });
  const python = findPython();
  if (python === null) {
    say(
      'Not run: the tests with Enterprise Gateway, which needs Python 3.11. Install python3.11 to run them.',
    );
    return;
  }
  await step('Installing Enterprise Gateway into .enterprise-gateway (takes a minute)', async () => {
    await runQuietly(python, ['-m', 'venv', FOLDER], 'Creating .enterprise-gateway failed; venv says why:');
    await runQuietly(
      join(FOLDER, 'bin', 'python'),
      ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '-r', file],
      'Installing Enterprise Gateway failed; pip says why:',
      { cwd: PROJECT },
    );
  });
  writeStamp(stamp, hash);
}

/** Its last version uses a module that Python 3.12 left out. */
function findPython() {
  const candidates = [join(VENV, 'bin', 'python'), 'python3.11'];
  const is311 = 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 11))';
  const isThere = (command) => command === 'python3.11' || existsSync(command);
  return candidates.find((one) => isThere(one) && spawnSync(one, ['-c', is311]).status === 0) ?? null;
}
