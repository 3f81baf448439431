// The Python environment that the person points at, if any; otherwise we make our own in .venv.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { VENV } from './project.mjs';

/**
 * `{ prefix, source }`, where `source` says in words what points there; null where nothing does.
 * @param findPrefix the server's own (server/cli/find-prefix.ts), which throws where it finds none
 */
export function existingEnvironment(args, environment, findPrefix) {
  const file = optionValue(args, 'config') ?? environment.IN_THE_LOOP_CONFIG;
  const pointed = [
    [optionValue(args, 'prefix'), '--prefix'],
    [environment.IN_THE_LOOP_PREFIX, '$IN_THE_LOOP_PREFIX'],
    [configuredPrefix(file), 'the configuration file'],
  ].find(([prefix]) => prefix);
  if (pointed) return { prefix: resolve(pointed[0]), source: pointed[1] };
  const prefix = prefixOrNull(() => findPrefix(undefined, environment));
  return prefix === null || prefix === VENV ? null : { prefix, source: sourceOf(prefix, environment) };
}

/** The value of `--name value` or `--name=value`; the last one counts. */
export function optionValue(args, name) {
  let value;
  args.forEach((argument, position) => {
    if (argument === `--${name}`) value = args[position + 1];
    else if (argument.startsWith(`--${name}=`)) value = argument.slice(name.length + 3);
  });
  return value;
}

function configuredPrefix(file) {
  if (!file) return undefined;
  try {
    const { prefix } = JSON.parse(readFileSync(file, 'utf8'));
    return prefix && resolve(dirname(file), prefix);
  } catch {
    return undefined; // The server reads the file again and says what is wrong with it.
  }
}

function prefixOrNull(find) {
  try {
    return find();
  } catch (error) {
    if (error.name === 'CommandError') return null; // None with JupyterLab 4: we make our own.
    throw error;
  }
}

function sourceOf(prefix, environment) {
  for (const name of ['VIRTUAL_ENV', 'CONDA_PREFIX']) {
    if (environment[name] && resolve(environment[name]) === prefix)
      return `the active environment ($${name})`;
  }
  return 'the jupyter command on your PATH';
}
