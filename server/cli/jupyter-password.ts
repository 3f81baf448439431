import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError } from './command-error.ts';

const section = z.looseObject({ hashed_password: z.string().optional(), password: z.string().optional() });
const configurationSchema = z.looseObject({
  PasswordIdentityProvider: section.optional(),
  IdentityProvider: section.optional(),
  ServerApp: section.optional(),
});

/**
 * The password hash that `jupyter server password` stored: in the jupyter_server_config.json of the first of the
 * config folders that has one. Empty where none has. (jupyter_server_config.py is a program; it is not run.)
 * @throws CommandError where such a file is not JSON
 */
export function readJupyterPassword(configFolders: readonly string[]): string {
  for (const folder of configFolders) {
    const password = passwordIn(join(folder, 'jupyter_server_config.json'));
    if (password !== '') return password;
  }
  return '';
}

function passwordIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return ''; // Most config folders have none.
  }
  const configuration = configurationSchema.safeParse(parse(text, file));
  if (!configuration.success) return '';
  const { PasswordIdentityProvider: newest, IdentityProvider: current, ServerApp: old } = configuration.data;
  return newest?.hashed_password || current?.hashed_password || old?.password || '';
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Going on would drop the password that somebody has set there.
    throw new CommandError(
      `Jupyter's configuration file ${file} is not valid JSON: ${(error as Error).message}. Correct it or move it away.`,
      1,
      { cause: error },
    );
  }
}
