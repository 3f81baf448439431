// The test suites as vitest.config.ts names its projects, each run by a vitest of its own so that one that crashes takes no
// other along.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrInstallChromium } from './chromium.mjs';
import { buildIfChanged } from './build.mjs';
import { installNpmPackages } from './npm-packages.mjs';
import { say } from './progress.mjs';
import { packageFile, PROJECT } from './project.mjs';
import { installTestKernelspecs, preparePythonEnvironment } from './python-environment.mjs';
import { exitOf } from './run-command.mjs';
import { prepareCollaboration } from './stock-collaboration.mjs';
import { countTests } from './test-counts.mjs';

/** What set-up and ordinary groups may take together: `npm test` ends within 25 minutes, whatever hangs. */
const LIMIT_MINUTES = 21;
const LONG_LIMIT_MINUTES = 240;
const LONG_GROUPS = ['long', 'places'];
const started = Date.now();

/** What every test may rely on; the browser only where a group needs one. */
export async function setUpForTests({ browser }) {
  await installNpmPackages();
  await preparePythonEnvironment('requirements.txt', 'JupyterLab, Notebook and ipykernel');
  await preparePythonEnvironment('requirements-test.txt', "the tests' Python packages and kernels");
  await installTestKernelspecs();
  await prepareCollaboration();
  if (browser) process.env.CHROMIUM_PATH = await findOrInstallChromium();
  await buildIfChanged();
}

/** Runs a group; resolves with its counts. `filters` are file names or parts of them, as vitest takes them. */
export async function runTestGroup(group, filters = []) {
  say(`\n${group} tests`);
  const folder = mkdtempSync(join(tmpdir(), 'in-the-loop-tests-'));
  const reportFile = join(folder, 'report.json');
  const child = spawn(
    process.execPath,
    [
      packageFile('vitest', 'vitest.mjs'),
      'run',
      ...['--project', group],
      ...['--reporter', 'default', '--reporter', 'json', `--outputFile.json=${reportFile}`],
      '--passWithNoTests',
      ...filters,
    ],
    { cwd: PROJECT, stdio: 'inherit' },
  );
  const minutes = LONG_GROUPS.includes(group) ? LONG_LIMIT_MINUTES : LIMIT_MINUTES;
  const limit = setTimeout(
    () => {
      say(`The tests took over ${minutes} minutes; the ${group} tests were ended.`);
      child.kill('SIGKILL');
    },
    started + minutes * 60_000 - Date.now(),
  );
  try {
    const exitCode = await exitOf(child);
    const counts = countTests(readReport(reportFile), exitCode);
    for (const name of counts.notRun) say(`Not run, which counts as failed: ${name}`);
    return counts;
  } finally {
    clearTimeout(limit);
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // vitest ended before it wrote one: that is counted as a failure.
  }
}
