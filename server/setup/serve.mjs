// What `npm start` does once a supported Node runs it: npm packages, build, Python environment, then the server itself.
import { buildIfChanged } from './build.mjs';
import { chooseEnvironment } from './choose-environment.mjs';
import { readEnvironmentFile } from './environment-file.mjs';
import { installNpmPackages } from './npm-packages.mjs';
import { ownEnvironment } from './own-environment.mjs';
import { compiled, MAIN } from './project.mjs';

export default async function serve(args) {
  // npm runs scripts in the project's folder; what the person typed is relative to where they are.
  if (process.env.npm_lifecycle_event === 'start' && process.env.INIT_CWD)
    process.chdir(process.env.INIT_CWD);
  readEnvironmentFile();
  await installNpmPackages();
  await buildIfChanged();
  if (['serve', 'doctor'].includes(await commandIn(args))) await chooseEnvironment(args);
  process.env = ownEnvironment(process.env);
  process.argv = [process.execPath, MAIN, ...args];
  await import(compiled('main.js'));
}

/** Null for arguments that the server will refuse: no minute is spent on an environment before it says so. */
async function commandIn(args) {
  const { parseCommand } = await import(compiled('cli/arguments.js'));
  try {
    return parseCommand(args).name;
  } catch {
    return null; // The server parses them again and says what is wrong.
  }
}
