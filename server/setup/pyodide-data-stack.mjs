// .pyodide-data-stack: an old Pyodide with numpy, pandas and matplotlib as files (274 MB), for tests: today's has its
// packages nowhere that every machine can reach. By somebody else, of 2021; what is tested with it is our kernel.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './progress.mjs';
import { PROJECT } from './project.mjs';
import { buildArchive } from './pyodide-files.mjs';
import { runQuietly } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';
import { hasStamp, writeStamp } from './stamp.mjs';

const PACKAGE = '@pyodide/pyodide@0.17.1';
const INTEGRITY =
  'sha512-VCeLGQ9NpydiVNUiTWexZEfErQqqo0I8050p5uTxHRlmI4jA1cXt0WOR3pq5WjOCtApkCCT4qV1per1nMOYoFw==';
const FOLDER = join(PROJECT, '.pyodide-data-stack');

/** Fetches it where it is missing, and makes the archive of our Python side for it, beside it: distribution/. */
export async function preparePyodideDataStack() {
  const stamp = join(FOLDER, 'integrity');
  if (!hasStamp(stamp, INTEGRITY)) {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(join(FOLDER, 'distribution'), { recursive: true });
    await step('Fetching the Pyodide that has a data stack, for tests (takes a minute)', fetchDistribution);
    writeStamp(stamp, INTEGRITY);
  }
  await buildArchive('38', join(FOLDER, 'wheels'), join(FOLDER, 'distribution', 'python-38.zip'));
}

async function fetchDistribution() {
  const failure = 'Fetching an old Pyodide for tests failed; npm says why:';
  const options = { cwd: FOLDER };
  const name = await runQuietly(
    'npm',
    ['pack', '--silent', '--pack-destination', FOLDER, PACKAGE],
    failure,
    options,
  );
  const archive = join(FOLDER, name.trim());
  const hash = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (hash !== INTEGRITY) throw new SetupError(`${PACKAGE} is not what it was: its hash is ${hash}.`);
  const unpack = [
    '-xzf',
    archive,
    '--strip-components=2',
    '-C',
    join(FOLDER, 'distribution'),
    'package/dist',
  ];
  await runQuietly('tar', unpack, 'Unpacking an old Pyodide for tests failed:');
  rmSync(archive);
}
