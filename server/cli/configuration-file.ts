import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { AiOptions } from './ai-options.ts';
import { CommandError } from './command-error.ts';
import { checkOptions } from './options.ts';
import type { Options } from './options.ts';
import { isUrl } from './pyodide-settings.ts';

/**
 * The options in a JSON file, whose folders and files are relative to the file.
 * @throws CommandError where it cannot be read, is no JSON object, or holds an unknown or wrong option
 */
export function readConfigurationFile(file: string): Options {
  const options = checkOptions(parse(file), (name) => `"${name}" in ${file}`);
  const folders = (['root', 'state', 'prefix', 'pyodide-distribution'] as const)
    .filter((name) => options[name] !== undefined)
    .map((name) => [name, resolve(dirname(file), options[name] ?? '')]);
  return {
    ...options,
    ...(Object.fromEntries(folders) as Options),
    ...packagesFrom(dirname(file), options),
    ...(options.ai === undefined ? {} : { ai: withKeyFilesFrom(dirname(file), options.ai) }),
    ...(options.places === undefined ? {} : { places: withFilesFrom(dirname(file), options.places) }),
  };
}

function parse(file: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? 'it must hold one JSON object' : (error as Error).message;
    throw new CommandError(
      `The configuration file ${file} cannot be used: ${reason}. Correct it, or name another one by --config or $IN_THE_LOOP_CONFIG.`,
      2,
      { cause: error },
    );
  }
}

function packagesFrom(folder: string, { 'pyodide-packages': packages }: Options): Options {
  return packages === undefined || isUrl(packages) ? {} : { 'pyodide-packages': resolve(folder, packages) };
}

function withKeyFilesFrom(folder: string, ai: AiOptions): AiOptions {
  const providers = Object.entries(ai.providers ?? {}).map(([id, provider]) => {
    const file = provider['key-file'];
    return [id, file === undefined ? provider : { ...provider, 'key-file': resolve(folder, file) }] as const;
  });
  return { ...ai, providers: Object.fromEntries(providers) };
}

type PlaceOptions = NonNullable<Options['places']>;

/** Those of a person's home are as they are: the programs that are given them know which home is meant. */
function withFilesFrom(folder: string, places: PlaceOptions): PlaceOptions {
  const resolved = Object.entries(places).map(([id, place]) => {
    const settings = Object.entries(place.settings).map(([name, value]) => {
      const isPath = name.endsWith('File') && typeof value === 'string' && !value.startsWith('~');
      return [name, isPath ? resolve(folder, value) : value] as const;
    });
    return [id, { ...place, settings: Object.fromEntries(settings) }] as const;
  });
  return Object.fromEntries(resolved);
}
