import { readFileSync } from 'node:fs';
import { CommandError } from './command-error.ts';
import { checkOptions, optionNames } from './options.ts';
import type { Options } from './options.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const variableOf = (option: string): string =>
  option === 'token' ? '$JUPYTER_TOKEN' : `$IN_THE_LOOP_${option.toUpperCase().replaceAll('-', '_')}`;

/**
 * What the environment says of our options. Models have variables of their own; a hashed password belongs into a file, not into what every child process
 * inherits; an empty variable counts as none, as in Jupyter.
 * @throws CommandError for a value that an option cannot have, or a token file that cannot be read
 */
export function environmentOptions(environment: Environment): Options {
  const given: Record<string, string | undefined> = {};
  for (const option of optionNames) {
    if (option === 'token' || option === 'hashed-password' || option === 'ai' || option === 'places')
      continue;
    given[option] = environment[variableOf(option).slice(1)] || undefined;
  }
  given['token'] = environment['JUPYTER_TOKEN'] || tokenFromFile(environment['JUPYTER_TOKEN_FILE']);
  return checkOptions(given, variableOf);
}

function tokenFromFile(file: string | undefined): string | undefined {
  if (!file) return undefined;
  try {
    // Jupyter takes the final newline that editors write for a part of the token, which no request can then show.
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new CommandError(
      `The token cannot be read from ${file}, which $JUPYTER_TOKEN_FILE names (${(error as Error).message}). ` +
        'Make the file readable, or unset the variable.',
      1,
      { cause: error },
    );
  }
}
