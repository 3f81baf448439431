// Node itself. This file, setup-error.mjs and the three that `npm` runs are read by whatever Node the machine has, so they
// keep to what Node 14 knows; everything else is imported once a supported Node runs.
import { spawn, spawnSync } from 'child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { delimiter, join } from 'path';
import { fileURLToPath } from 'url';
import { explainFailure, reportFailure, SetupError } from './setup-error.mjs';

/** The first with `module.registerHooks`, in which kernels of Pyodide are shut: 23 has it from its minor version 5. */
const OLDEST = [22, 15];
const OLDEST_23 = 5;
/** npm comes along: the one of an old Node cannot read our lock file. */
const PACKAGES = ['node@24', 'npm@11'];
const PRIVATE_FOLDER = fileURLToPath(new URL('../../.node', import.meta.url));
const PRIVATE_BIN = join(PRIVATE_FOLDER, 'node_modules', '.bin');

export function isSupportedNode(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  if (major === 23) return minor >= OLDEST_23;
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/**
 * Calls the default export of the module that `load` imports, with the arguments of the command line. On a Node that is
 * too old, runs the entry file again on a private one instead, installed first where it is missing.
 */
export function onSupportedNode(entryUrl, load) {
  if (isSupportedNode(process.version)) {
    load()
      .then((module) => module.default(process.argv.slice(2)))
      .catch(reportFailure);
    return;
  }
  try {
    continueOnPrivateNode(fileURLToPath(entryUrl), privateNode());
  } catch (error) {
    reportFailure(error);
  }
}

function privateNode() {
  const node = join(PRIVATE_BIN, 'node');
  const stamp = join(PRIVATE_FOLDER, 'installed.txt');
  const wanted = [process.platform, process.arch].concat(PACKAGES).join(' ');
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return node;
  const started = Date.now();
  process.stderr.write(
    `This machine's Node ${process.version} is too old; installing Node 24 into .node for In the Loop alone...\n`,
  );
  mkdirSync(PRIVATE_FOLDER, { recursive: true });
  // npm 12 runs the install script, which fetches the binary, only of packages that are named here.
  const manifest = { private: true, allowScripts: { node: true } };
  writeFileSync(join(PRIVATE_FOLDER, 'package.json'), JSON.stringify(manifest));
  const npm = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', '.'].concat(PACKAGES), {
    cwd: PRIVATE_FOLDER,
    encoding: 'utf8',
  });
  if (npm.error || npm.status !== 0) {
    throw new SetupError(
      `In the Loop needs Node ${OLDEST.join('.')} or newer; this is ${process.version}, and installing Node 24 privately ` +
        'with npm failed. Install a current Node from https://nodejs.org and try again.',
      npm.error ? String(npm.error) : explainFailure(npm.stdout + npm.stderr),
    );
  }
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (version.status !== 0 || !isSupportedNode(version.stdout.trim())) {
    throw new SetupError(
      'Node 24, installed into .node, does not run on this machine (it needs glibc 2.28 or newer on Linux). ' +
        `Install Node ${OLDEST.join('.')} or newer by other means and try again.`,
      version.error ? String(version.error) : version.stderr,
    );
  }
  writeFileSync(stamp, wanted);
  process.stderr.write(`  done in ${Math.round((Date.now() - started) / 1000)} s\n`);
  return node;
}

function continueOnPrivateNode(entry, node) {
  const child = spawn(node, [entry].concat(process.argv.slice(2)), {
    stdio: 'inherit',
    env: Object.assign({}, process.env, { PATH: PRIVATE_BIN + delimiter + (process.env.PATH || '') }),
  });
  // A terminal's Ctrl-C reaches the child without us, but kill does not. The server takes the repeat for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', reportFailure);
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 1 : code;
    if (!signal) return;
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
