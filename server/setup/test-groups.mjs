// The test suites as vitest.config.ts names its projects, each run by a vitest of its own so that one that crashes takes no
// other along.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrInstallChromium } from './chromium.mjs';
import { buildIfChanged } from './build.mjs';
import { prepareEnterpriseGateway } from './enterprise-gateway.mjs';
import { installNpmPackages } from './npm-packages.mjs';
import { say } from './progress.mjs';
import { packageFile, PROJECT } from './project.mjs';
import { installTestKernelspecs, preparePythonEnvironment } from './python-environment.mjs';
import { preparePyodideDataStack } from './pyodide-data-stack.mjs';
import { exitOf } from './run-command.mjs';
import { installSlurm } from './slurm.mjs';
import { installSshd } from './sshd.mjs';
import { prepareCollaboration } from './stock-collaboration.mjs';
import { filesToRunAgain, joinReports, passedAgain } from './run-again.mjs';
import { countTests } from './test-counts.mjs';

/** What set-up and ordinary groups may take together: `npm test` ends within 25 minutes, whatever hangs. */
const LIMIT_MINUTES = 23;
const LONG_LIMIT_MINUTES = 240;
const LONG_GROUPS = ['long', 'places'];
const started = Date.now();

/** What every test may rely on; the browser, and what tests of places need (it too), only where a group needs them. */
export async function setUpForTests({ browser, places = false }) {
  await installNpmPackages();
  await preparePythonEnvironment('requirements.txt', 'JupyterLab, Notebook and ipykernel');
  await preparePythonEnvironment('requirements-test.txt', "the tests' Python packages and kernels");
  await installTestKernelspecs();
  await prepareCollaboration();
  await installSshd();
  await installSlurm();
  if (places) {
    await prepareEnterpriseGateway();
    await preparePyodideDataStack();
  }
  if (browser || places) process.env.CHROMIUM_PATH = await findOrInstallChromium();
  await buildIfChanged();
}

/**
 * Runs a group; resolves with its counts. `filters` are file names or parts of them, as vitest takes them. Where few files
 * fail they are run once more, with the machine to themselves: those that pass then depend on how busy it is, which is
 * a fault of the test, told by name, and not of the change that happens to be tried.
 */
export async function runTestGroup(group, filters = []) {
  say(`\n${group} tests`);
  const first = await runVitest(group, filters);
  const again = filesToRunAgain(first.report);
  if (again.length === 0) return counted(first.report, first.exitCode);
  say(`\nThese failed, and are run once more by themselves: ${again.join(', ')}`);
  const second = await runVitest(group, again, ['--no-file-parallelism']);
  for (const name of passedAgain(first.report, second.report))
    say(`FLAKY: failed at first, and passed when it was run again by itself: ${name}`);
  return counted(joinReports(first.report, second.report), second.exitCode);
}

function counted(report, exitCode) {
  const counts = countTests(report, exitCode);
  for (const name of counts.notRun) say(`Not run, which counts as failed: ${name}`);
  return counts;
}

async function runVitest(group, filters, options = []) {
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
      ...options,
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
    return { exitCode, report: readReport(reportFile) };
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
