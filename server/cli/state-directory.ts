import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { CommandError } from './command-error.ts';
import type { Environment } from './environment-options.ts';

/** Says that a folder is a state directory, so that no other folder's permissions are ever changed. */
const MARK = 'in-the-loop.json';

/** The absolute state directory: the one given, else the root's own under the person's data folder. */
export function stateDirectoryOf(given: string | undefined, root: string, environment: Environment): string {
  if (given !== undefined) return resolve(given);
  const data = environment['XDG_DATA_HOME'] || join(environment['HOME'] || homedir(), '.local', 'share');
  const path = realpathSync(root);
  const slug = basename(path)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 12);
  return join(data, 'in-the-loop', `${slug}-${hash}`);
}

/**
 * Makes the state directory, readable by its owner alone, where it is missing.
 * @throws CommandError where it cannot be made, or is a folder with something else in it
 */
export function openStateDirectory(directory: string, root: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const mark = join(directory, MARK);
    if (!existsSync(mark) && readdirSync(directory).length > 0) {
      throw new CommandError(
        `The folder ${directory} holds files that are not In the Loop's, so it cannot hold its state. Name an empty or a ` +
          'new folder by --state.',
      );
    }
    if ((statSync(directory).mode & 0o077) !== 0) chmodSync(directory, 0o700);
    writeFileSync(mark, `${JSON.stringify({ version: 1, root })}\n`, { mode: 0o600 });
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      `The state folder ${directory} cannot be used: ${(error as Error).message}. Make room or correct its owner and ` +
        'permissions, or name another folder by --state.',
      1,
      { cause: error },
    );
  }
}
