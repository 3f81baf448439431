// node_modules, as package-lock.json wants it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './progress.mjs';
import { PROJECT } from './project.mjs';
import { runQuietly } from './run-command.mjs';
import { hashOf, hasStamp, writeStamp } from './stamp.mjs';

export async function installNpmPackages() {
  const stamp = join(PROJECT, 'node_modules', '.in-the-loop-lock');
  const hash = hashOf(readFileSync(join(PROJECT, 'package-lock.json')), process.platform, process.arch);
  if (hasStamp(stamp, hash)) return;
  await step('Installing npm packages', () =>
    // The compiler is a development dependency, needed whatever NODE_ENV says.
    runQuietly(
      'npm',
      ['ci', '--include=dev', '--no-audit', '--no-fund'],
      'Installing the npm packages that In the Loop consists of failed; npm says why:',
      { cwd: PROJECT },
    ),
  );
  writeStamp(stamp, hash);
}
