// Which Python environment is served from a checkout: the one that the person points at or has at hand, else our own .venv.
import { existingEnvironment } from './existing-environment.mjs';
import { compiled, VENV } from './project.mjs';
import { preparePythonEnvironment, sayWhichEnvironment } from './python-environment.mjs';

/** Leaves the choice in $IN_THE_LOOP_PREFIX, for the server. The server must have been built. */
export async function chooseEnvironment(args) {
  const { findPrefix } = await import(compiled('cli/find-prefix.js'));
  const existing = existingEnvironment(args, process.env, findPrefix);
  if (existing) {
    sayWhichEnvironment(existing);
    process.env.IN_THE_LOOP_PREFIX = existing.prefix;
    return;
  }
  await preparePythonEnvironment('requirements.txt', 'JupyterLab, Notebook and ipykernel');
  process.env.IN_THE_LOOP_PREFIX = VENV;
}
