// What is compiled from the sources: the server and the lab extension into dist/. The compilers find out by themselves
// what is stale, but take seconds for that.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './progress.mjs';
import { MAIN, packageFile, PROJECT } from './project.mjs';
import { buildPyodideFiles } from './pyodide-files.mjs';
import { runQuietly } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';
import { hashOf, hasStamp, writeStamp } from './stamp.mjs';

const ROOMS = ['event-log', 'kernel-bridge', 'ai-agent', 'server'];
const EXTENSION = join(PROJECT, 'lab-extension');
export const TSC = packageFile('typescript', 'bin', 'tsc');
export const WEBPACK = packageFile('webpack-cli', 'bin', 'cli.js');

const targets = [
  {
    label: 'Building the server',
    sources: ROOMS,
    result: MAIN,
    stamp: join(PROJECT, 'dist', 'sources.sha256'),
    commands: () => {
      const whole = ROOMS.every((room) => existsSync(join(PROJECT, 'dist', room)));
      return [[TSC, '-b', ...(whole ? [] : ['--force'])]];
    },
  },
  {
    label: 'Building the lab extension',
    sources: ['lab-extension', 'server/wire', 'kernel-bridge/hosted'],
    result: join(PROJECT, 'dist', 'labextensions', '@in-the-loop', 'lab-extension', 'package.json'),
    stamp: join(EXTENSION, 'lib', 'sources.sha256'),
    commands: () => [
      [TSC, '-p', EXTENSION],
      [WEBPACK, '--stats', 'errors-warnings'],
    ],
  },
];

/** Compiles what has other sources than at the last time. */
export async function buildIfChanged() {
  for (const { label, sources, result, stamp, commands } of targets) {
    const fingerprint = fingerprintOf(sources);
    if (existsSync(result) && hasStamp(stamp, fingerprint)) continue;
    await step(label, async () => {
      rmSync(stamp, { force: true });
      for (const command of commands()) {
        const failure = 'The sources do not compile; the compiler says why:';
        await runQuietly(process.execPath, command, failure, { cwd: PROJECT });
      }
    });
    writeStamp(stamp, fingerprint);
  }
  // Everything else is there without it, where no pip or no network is.
  await buildPyodideFiles().catch((error) => {
    if (!(error instanceof SetupError)) throw error;
    say(
      `Without Python in browsers and in WebAssembly, until the next start. ${error.message}\n${error.detail}`,
    );
  });
}

function fingerprintOf(folders) {
  const entries = [];
  const note = (path) => {
    const { size, mtimeMs } = statSync(path);
    entries.push(`${path}:${size}:${mtimeMs}`);
  };
  for (const name of readdirSync(PROJECT).sort()) {
    if (/^tsconfig.*\.json$|^package-lock\.json$|^webpack\.config\.js$/.test(name)) note(join(PROJECT, name));
  }
  for (const folder of folders) {
    const names = readdirSync(join(PROJECT, folder), { recursive: true }).sort();
    const isSource = (name) =>
      /\.(ts|css)$|tsconfig\.json$|^package\.json$/.test(name) && !/\.test\.ts$|^lib\//.test(name);
    for (const name of names.filter(isSource)) note(join(PROJECT, folder, name));
  }
  return hashOf(...entries);
}
