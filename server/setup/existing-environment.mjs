// The Python environment that the person points at, if any; otherwise we make our own in .venv.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { VENV } from './project.mjs';

/** `{ prefix, source }`, where `source` says in words what points there; null where nothing does. */
export function existingEnvironment(args, environment) {
  const pointed = [
    [optionValue(args, 'prefix'), '--prefix'],
    [environment.IN_THE_LOOP_PREFIX, '$IN_THE_LOOP_PREFIX'],
    [
      configuredPrefix(optionValue(args, 'config') ?? environment.IN_THE_LOOP_CONFIG),
      'the configuration file',
    ],
  ].find(([prefix]) => prefix);
  if (pointed) return { prefix: resolve(pointed[0]), source: pointed[1] };
  for (const name of ['VIRTUAL_ENV', 'CONDA_PREFIX']) {
    const prefix = environment[name];
    if (prefix && resolve(prefix) !== VENV && holdsJupyterLab4(prefix)) {
      return { prefix: resolve(prefix), source: `the active environment ($${name})` };
    }
  }
  return null;
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
    return JSON.parse(readFileSync(file, 'utf8')).prefix;
  } catch {
    return undefined; // The server reads the file again and says what is wrong with it.
  }
}

function holdsJupyterLab4(prefix) {
  const file = join(prefix, 'share', 'jupyter', 'lab', 'static', 'package.json');
  if (!existsSync(file)) return false;
  try {
    return Number.parseInt(JSON.parse(readFileSync(file, 'utf8')).jupyterlab.version) >= 4;
  } catch {
    return false; // Not a JupyterLab that can be served: we make our own.
  }
}
