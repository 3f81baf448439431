// What `npm start` does once a supported Node runs it: npm packages, Python environment, build, then the server itself.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfChanged } from './build.mjs';
import { existingEnvironment } from './existing-environment.mjs';
import { installNpmPackages } from './npm-packages.mjs';
import { ownEnvironment } from './own-environment.mjs';
import { MAIN, PROJECT, VENV } from './project.mjs';
import { preparePythonEnvironment, sayWhichEnvironment } from './python-environment.mjs';

export default async function serve(args) {
  // npm runs scripts in the project's folder; what the person typed is relative to where they are.
  if (process.env.npm_lifecycle_event === 'start' && process.env.INIT_CWD)
    process.chdir(process.env.INIT_CWD);
  // Only this project's own .env: one that happens to lie in a folder of notebooks must not configure the server.
  const environmentFile = join(PROJECT, '.env');
  if (existsSync(environmentFile)) process.loadEnvFile(environmentFile);
  await installNpmPackages();
  if (!args.some((argument) => ['--help', '-h', '--version', 'log'].includes(argument))) {
    await chooseEnvironment(args);
  }
  await buildIfChanged();
  process.env = ownEnvironment(process.env);
  process.argv = [process.execPath, MAIN, ...args];
  await import(pathToFileURL(MAIN).href);
}

async function chooseEnvironment(args) {
  const existing = existingEnvironment(args, process.env);
  if (existing) return sayWhichEnvironment(existing);
  await preparePythonEnvironment('requirements.txt', 'JupyterLab, Notebook and ipykernel');
  process.env.IN_THE_LOOP_PREFIX = VENV;
}
