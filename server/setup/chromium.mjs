// A Chromium for the browser tests: found, or installed where that can be done without asking.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { step } from './progress.mjs';
import { packageFile, PROJECT } from './project.mjs';
import { runQuietly } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const REMEDY =
  'The browser tests need Chromium. Install it (on Debian `sudo apt install chromium`), or set CHROMIUM_PATH to the program.';

/** The path of a Chromium program. @throws SetupError where there is none and none can be installed. */
export async function findOrInstallChromium() {
  const found = await findChromium();
  if (found) return found;
  const asRoot = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  await step('Installing Chromium for the browser tests', asRoot ? installFromDebian : installFromPlaywright);
  const installed = await findChromium();
  if (!installed) throw new SetupError(`${REMEDY} It was installed just now, but is nowhere to be found.`);
  return installed;
}

async function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (existsSync(given)) return given;
    throw new SetupError(`CHROMIUM_PATH is ${given}, but there is no such file. ${REMEDY}`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync);
  if (onPath) return onPath;
  const { chromium } = await import('playwright-core');
  const downloaded = chromium.executablePath();
  return existsSync(downloaded) ? downloaded : null;
}

async function installFromDebian() {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  await runQuietly('apt-get', ['update'], `${REMEDY} \`apt-get update\` failed:`, options);
  const args = ['install', '-y', '--no-install-recommends', 'chromium'];
  await runQuietly('apt-get', args, `${REMEDY} \`apt-get install chromium\` failed:`, options);
}

const installFromPlaywright = () =>
  runQuietly(
    process.execPath,
    [packageFile('playwright-core', 'cli.js'), 'install', 'chromium'],
    `${REMEDY} Downloading it with Playwright failed:`,
    { cwd: PROJECT },
  );
