// The scripts of package.json other than start and test, by name.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildIfChanged, TSC, WEBPACK } from './build.mjs';
import { chooseEnvironment } from './choose-environment.mjs';
import { readEnvironmentFile } from './environment-file.mjs';
import { installNpmPackages } from './npm-packages.mjs';
import { ownEnvironment } from './own-environment.mjs';
import { say } from './progress.mjs';
import { MAIN, packageFile, PROJECT } from './project.mjs';
import { exitOf, runVisibly } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';
import { compareSizes } from './sizes.mjs';
import { sumCounts } from './test-counts.mjs';
import { runTestGroup, setUpForTests } from './test-groups.mjs';

const tasks = {
  build: () => buildIfChanged(),
  check,
  format: async () => {
    await runAll([
      ['eslint', '--fix', '.'],
      ['prettier', '--log-level', 'warn', '--write', '.'],
    ]);
  },
  dev,
  'test:unit': (filters) => runGroups(['unit'], filters),
  'test:integration': (filters) => runGroups(['integration', 'browser'], filters),
  'test:places': (filters) => runGroups(['places'], filters),
  'test:long': (filters) => runGroups(['long'], filters),
  'test:crash': (args) => playTest(['crash', 'matrix', 'main.ts'], args, { browser: true }),
  'test:fuzz': (args) => playTest(['fuzz', 'main.ts'], args, { browser: false }),
  eval: (args) => playTest(['agent-tasks', 'main.ts'], args, { browser: false }),
  bench: async (args) => {
    await setUpForTests({ browser: false });
    process.exitCode = await runVisibly(process.execPath, [
      join(PROJECT, 'test', 'bench', 'run.mjs'),
      ...args,
    ]);
  },
  analyze: async () => {
    await buildIfChanged();
    if (!compareSizes()) process.exitCode = 1;
  },
};

export default async function runTask([name, ...args]) {
  const task = tasks[name];
  if (!task) throw new SetupError(`There is no task "${name}"; there are ${Object.keys(tasks).join(', ')}.`);
  await installNpmPackages();
  await task(args);
}

/** A test that goes on for as long as it is asked to, as a program of its own. */
async function playTest(program, args, { browser }) {
  await setUpForTests({ browser });
  process.exitCode = await runVisibly(process.execPath, [
    ...['--experimental-transform-types', '--no-warnings'],
    join(PROJECT, 'test', ...program),
    ...args,
  ]);
}

/** Types, lint and format; all three are run, so that one look shows everything. */
async function check() {
  // The rest reads what it writes.
  await runAll([['tsc', '-b']]);
  await Promise.all([
    // It takes as long as all others together, and uses one processor.
    runAll([['eslint', '.']]),
    runAll([
      ['tsc', '-p', 'test/tsconfig.json'],
      ['tsc', '-p', 'lab-extension/tsconfig.check.json'],
      ['prettier', '--log-level', 'warn', '--check', '.'],
    ]),
  ]);
}

const programs = {
  tsc: TSC,
  eslint: packageFile('eslint', 'bin', 'eslint.js'),
  prettier: packageFile('prettier', 'bin', 'prettier.cjs'),
};

async function runAll(commands) {
  for (const [program, ...args] of commands) {
    const exitCode = await runVisibly(process.execPath, [programs[program], ...args], { cwd: PROJECT });
    if (exitCode === 0) continue;
    say(`${program} ${args.join(' ')}: failed`);
    process.exitCode = 1;
  }
}

async function runGroups(groups, filters) {
  await setUpForTests({ browser: groups.includes('browser'), places: groups.includes('places') });
  const counts = [];
  for (const group of groups) counts.push(await runTestGroup(group, filters));
  const { passed, failed } = sumCounts(counts);
  if (failed > 0) process.exitCode = 1;
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
}

/** Compiles server and extension on change; Node restarts the server when what it runs from has changed. */
async function dev(args) {
  readEnvironmentFile();
  await buildIfChanged();
  await chooseEnvironment(args);
  const watchers = [
    [TSC, '-b', '--watch', '--preserveWatchOutput'],
    ['--watch', '--watch-preserve-output', MAIN, ...args],
    [TSC, '-p', 'lab-extension', '--watch', '--preserveWatchOutput'],
    [WEBPACK, '--watch', '--stats', 'errors-warnings'],
  ];
  const env = ownEnvironment(process.env);
  const children = watchers.map((rest) =>
    spawn(process.execPath, rest, { cwd: PROJECT, stdio: 'inherit', env }),
  );
  await Promise.race(children.map(exitOf)).finally(() => children.forEach((child) => child.kill()));
}
